import Foundation
import MoE
import Testing

/// What a header may say, and the message for everything else.
@Suite struct SafetensorsHeaderTests {
  /// A file of the given header and as many bytes of data.
  static func file(_ header: String, data count: Int, length: UInt64? = nil) -> Data {
    file(Array(header.utf8), data: count, length: length)
  }

  static func file(_ header: [UInt8], data count: Int, length: UInt64? = nil) -> Data {
    let length = length ?? UInt64(header.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header)
      + Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
  }

  /// The message that opening a file gives; nothing where there is none.
  private func message(_ data: Data) -> String {
    do {
      _ = try SafetensorsFile(data, name: "m")
      return "nothing"
    } catch { return "\(error)" }
  }

  private func message(_ header: String, data count: Int = 8) -> String {
    message(Self.file(header, data: count))
  }

  private func entry(
    _ type: String = "F32", _ shape: String = "[2]", _ offsets: String = "[0,8]"
  ) -> String {
    #"{"t":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  @Test func wholeFilesOpen() throws {
    #expect(message(entry()) == "nothing")
    #expect(message("{}", data: 0) == "nothing")
    #expect(message(entry("F32", "[0,7]", "[0,0]"), data: 0) == "nothing")
    #expect(message(entry("F64", "[]")) == "nothing")
    let file = try SafetensorsFile(
      Self.file(
        #" {"#.dropFirst()
          + #""__metadata__" : { "a\n\u00e9\ud83d\ude00\"\\" : "b" , "c":"" }, "#
          + #""é/x" : { "data_offsets" : [ 4 , 8 ] , "shape" : [ 1 ] , "dtype" : "I32" } ,"#
          + #""b":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   "#, data: 8), name: "m")
    #expect(file.metadata == ["a\né😀\"\\": "b", "c": ""])
    #expect(file.names == ["b", "é/x"] && file["é/x"]?.shape == [1] && file["none"] == nil)
    #expect(file["é/x"]?.integers == [0x0706_0504] && file["b"]?.shape == [])
  }

  @Test func lengthsAreChecked() {
    #expect(message(Data()) == "m, byte 0: found 0 bytes, expected at least 8")
    #expect(
      message(Data([1, 0, 0, 0, 0, 0, 0])) == "m, byte 0: found 7 bytes, expected at least 8")
    #expect(
      message(Self.file("{}", data: 0, length: 3))
        == "m, byte 0: found a header of 3 bytes, expected at most the 2 that follow")
    #expect(
      message(Self.file("{}", data: 0, length: .max))
        == "m, byte 0: found a header of 18446744073709551615 bytes, expected at most 100000000")
    #expect(
      message(Self.file("", data: 0))
        == "m, byte 8: found the end in the header, expected a JSON object")
    #expect(
      message(entry(), data: 9)
        == "m, byte 70: found 9 bytes of data, expected 8, as the header says")
    #expect(
      message(entry(), data: 7)
        == "m, tensor t, byte 9: found data_offsets [0, 8], expected ascending ones up to 7")
  }

  @Test func whatFollowsTheHeaderIsSpaces() {
    #expect(message(entry() + "   ") == "nothing")
    let padded = Array(entry().utf8) + [0, 0, 0]
    #expect(
      message(Self.file(padded, data: 8))
        == "m, byte 62: found byte 0x0 in the header, expected nothing but spaces behind the header"
    )
    #expect(message(entry() + "{}").contains("expected nothing but spaces behind the header"))
    #expect(
      message(" " + entry()).contains(
        "byte 8: found byte 0x20 in the header, expected a JSON object"))
  }

  @Test func tensorsFollowEachOther() {
    func two(_ first: String, _ second: String) -> String {
      message(
        #"{"a":{"dtype":"U8","shape":[4],"data_offsets":\#(first)},"#
          + #""b":{"dtype":"U8","shape":[4],"data_offsets":\#(second)}}"#)
    }
    #expect(two("[0,4]", "[4,8]") == "nothing" && two("[4,8]", "[0,4]") == "nothing")
    #expect(
      two("[0,4]", "[3,7]").contains(
        "tensor b, byte 61: found data_offsets [3, 7], expected [4, 8]"))
    #expect(two("[0,4]", "[0,4]").contains("found data_offsets [0, 4], expected [4, 8]"))
    #expect(two("[0,4]", "[8,12]").contains("expected ascending ones up to 8"))
    #expect(two("[1,5]", "[5,8]").contains("found data_offsets [1, 5], expected [0, 4]"))
    #expect(
      two("[1,5]", "[4,8]").contains("tensor a, byte 9: found data_offsets [1, 5], expected [0, 4]")
    )
    #expect(
      two("[4,0]", "[4,8]").contains("found data_offsets [4, 0], expected ascending ones up to 8"))
  }

  @Test func shapesFitTheirBytes() {
    #expect(
      message(entry("F32", "[3]"))
        == "m, tensor t, byte 9: found 8 bytes, expected 12 by shape [3] and type F32")
    #expect(
      message(entry("F32", "[4611686018427387904,4]")).contains(
        "expected one whose bytes an Int counts"))
    #expect(
      message(entry("F32", "[9223372036854775807]")).contains(
        "expected one whose bytes an Int counts"))
    #expect(
      message(entry("F32", "[9223372036854775808]")).contains("expected a number that an Int holds")
    )
    // Many axes of nothing are no large number.
    #expect(message(entry("F32", "[9223372036854775807,0]", "[0,0]"), data: 0) != "nothing")
    #expect(
      message(entry("F31")).contains("tensor t, byte 9: found type F31, expected one of BOOL, U8"))
  }

  @Test func entriesAreWhatTheyHaveToBe() {
    for (header, expected) in [
      ("[]", "expected a JSON object"), ("{", "expected a \""), (#"{"a"}"#, "expected a :"),
      (#"{"a":1}"#, "expected a {"),
      (#"{"a":{}}"#, "expected a dtype, a shape and two data_offsets"),
      (#"{"t":{"dtype":"U8","shape":[8]}}"#, "expected a dtype, a shape and two data_offsets"),
      (entry("U8", "[8]", "[0]"), "expected a dtype, a shape and two data_offsets"),
      (entry("U8", "[8]", "[0,8,8]"), "expected a dtype, a shape and two data_offsets"),
      (entry("U8", "[-8]"), "expected a whole number from 0"),
      (entry("U8", "[8.0]"), "expected a ]"),
      (entry("U8", "[08]"), "expected a whole number from 0"),
      (entry("U8", "[1e1]"), "expected a ]"), (entry("U8", "8"), "expected a ["),
      (entry("U8", "[8,]"), "expected a whole number from 0"),
      (
        #"{"t":{"dtype":"U8","shape":[8],"data_offsets":[0,8],"more":1}}"#,
        "found more, expected dtype"
      ),
      (#"{"t":{"dtype":"U8","dtype":"U8"}}"#, "found dtype a second time, expected each name once"),
      (#"{"__metadata__":{"a":1}}"#, "expected a \""),
      (#"{"__metadata__":{"a":"1","a":"2"}}"#, "found a a second time"),
      (#"{"__metadata__":{},"__metadata__":{}}"#, "found __metadata__ a second time"),
      (
        #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype"}}"#,
        "found a a second time"
      ),
      ("{\"a\u{1}\":{}}", "expected no control character in a text"),
      (#"{"\x":{}}"#, "expected an escape of JSON"),
      (#"{"\u12G4":{}}"#, "expected four hexadecimal digits"),
      (#"{"\ud800":{}}"#, "expected the second half of a surrogate pair"),
      (#"{"\ud800\u0041":{}}"#, "expected a character"),
      (#"{"\udc00":{}}"#, "expected a character"),
      (#"{"a"#, "expected the end of a text"), (#"{"a":{},}"#, "expected"),
    ] { #expect(message(header).contains(expected), "\(header): \(message(header))") }
    #expect(message(Self.file([0x7B, 0x22, 0xFF, 0x22, 0x7D], data: 0)).contains("expected UTF-8"))
  }

  /// Changed bytes, cut files and lengths of any size give an error or a file of the same bytes:
  /// never a crash, and never a tensor out of the data.
  @Test func anyBytesAreRead() throws {
    #if DEBUG
      let count = 1_500
    #else
      let count = 100_000
    #endif
    let seeds = [
      Self.file(entry(), data: 8), Self.file("{}", data: 0),
      Self.file(
        #"{"__metadata__":{"format":"pt"},"a.b":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},"#
          + #""é":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[12,16]}}  "#, data: 16),
    ]
    var generator = SeededGenerator(seed: 54)
    func draw(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    var opened = 0
    for _ in 0..<count {
      var bytes = [UInt8](seeds[draw(seeds.count)])
      for _ in 0...draw(4) {
        switch draw(6) {
        case 0 where !bytes.isEmpty: bytes[draw(bytes.count)] = UInt8(draw(256))
        case 1 where !bytes.isEmpty: bytes[draw(bytes.count)] ^= 1 << UInt8(draw(8))
        case 2: bytes.removeLast(draw(bytes.count + 1))
        case 3: bytes.insert(UInt8(draw(256)), at: draw(bytes.count + 1))
        case 4 where bytes.count > 2: bytes.remove(at: draw(bytes.count))
        default:
          let signs = Array("0123456789{}[],:\"\\u".utf8)
          if bytes.count > 9 { bytes[8 + draw(bytes.count - 8)] = signs[draw(signs.count)] }
        }
      }
      guard let file = try? SafetensorsFile(Data(bytes), name: "m") else { continue }
      opened += 1
      let sizes = file.names.map { file[$0]?.bytes.count ?? -1 }
      #expect(sizes.allSatisfy { $0 >= 0 } && sizes.reduce(0, +) <= bytes.count)
      for name in file.names { #expect(file[name]?.tensor.count == file[name]?.count) }
    }
    #expect(opened > count / 200 && opened < count)
  }
}
