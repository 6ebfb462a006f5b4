import Foundation

#if canImport(MoE)
  import MoE
#endif

/// The entry of libFuzzer: any bytes are a file of tensors, or an error.
///
/// `.ci/fuzz` compiles it together with the library.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let bytes = unsafe Data(UnsafeBufferPointer(start: start, count: count))
  guard let file = try? SafetensorsFile(bytes, name: "input") else { return 0 }
  for name in file.names {
    guard let tensor = file[name] else { fatalError("\(name) is named, and not there") }
    precondition(tensor.byteCount <= count && tensor.bytes.count == tensor.byteCount)
    precondition(tensor.tensor.count == tensor.count)
  }
  // What is understood is written to the same tensors.
  let tensors = Dictionary(
    uniqueKeysWithValues: file.names.compactMap { name in file[name].map { (name, $0) } })
  let written = Checkpoint.encoded(tensors, metadata: file.metadata)
  guard let again = try? SafetensorsFile(written, name: "written") else {
    fatalError("what was written is not read")
  }
  precondition(again.names == file.names && again.metadata == file.metadata)
  for name in file.names { precondition(again[name]?.bytes == file[name]?.bytes) }
  return 0
}
