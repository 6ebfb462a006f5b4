#if arch(x86_64) && !os(Windows)
  import Foundation
  import MoE
  import Testing

  /// The code of every function and fold that the library has, lane by lane against ``FusedLane``.
  @Suite("Every vector kernel of the library")
  struct LibraryKernelTests {
    static let functions = LibraryFunctions.functions
    static let folds = LibraryFunctions.folds
    /// Less than a turn of the loop, a turn, and turns with a part that leaves each half partial.
    static let counts = [5, 16, 37, 48 + 11]

    func bits(_ values: [Float]) -> [UInt32] {
      // All NaNs are alike here: their payload is no promise.
      values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }
    }

    /// A function or a fold that nobody added to the lists of the library.
    @Test func listsAllThereAre() throws {
      let library = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../Sources/MoE").standardizedFileURL
      let listed = Set(
        (Self.functions as [Any] + Self.folds).map {
          String(describing: type(of: $0)).prefix { $0 != "<" }
        })
      let files = try #require(
        FileManager.default.enumerator(at: library, includingPropertiesForKeys: nil))
      var count = 0
      for case let file as URL in files where file.pathExtension == "swift" {
        let text = try String(contentsOf: file, encoding: .utf8)
        let declarations = text.matches(
          of: /struct (\w+)(<.*>)?: (Unary|Binary|Vector)(Function|Fold) \{/)
        for declaration in declarations {
          count += 1
          #expect(listed.contains(declaration.1), "\(declaration.1)")
        }
      }
      #expect(count >= 40)
    }

    @Test(arguments: VectorKernelTests.generated) func everyFunction(_ set: KernelSet) {
      KernelSet.withCurrent(set) { for function in Self.functions { check(function) } }
    }

    @Test(arguments: VectorKernelTests.generated) func everyFold(_ set: KernelSet) {
      KernelSet.withCurrent(set) { for fold in Self.folds { check(fold) } }
    }

    private func check(_ function: some VectorFunction) {
      let kernel = VectorKernel(function)
      for count in Self.counts {
        let inputs = (0..<4).map { VectorKernelTests.samples(count + 3 * $0).scalarArray }
        let places = inputs.map { FencedFloats(Array($0.prefix(count))) }
        let outputs = (0..<3).map { _ in FencedFloats([Float](repeating: 0, count: count)) }
        defer { withExtendedLifetime((places, outputs)) {} }
        unsafe kernel.run(
          over: 0..<count,
          VectorPointers(
            places[0].start, places[1].start, places[2].start, places[3].start,
            to: outputs[0].start, outputs[1].start, outputs[2].start))
        var expected = Array(repeating: [Float](), count: 3)
        for index in 0..<count {
          let lanes = inputs.map { FusedLane($0[index]) }
          let (x, y, z) = function(lanes[0], lanes[1], lanes[2], lanes[3])
          for (number, lane) in [x, y, z].enumerated() { expected[number].append(lane.value) }
        }
        for number in 0..<type(of: function).outputCount {
          let found = (0..<count).map { unsafe outputs[number].start[$0] }
          #expect(
            bits(found) == bits(expected[number]), "\(function), \(count) scalars, output \(number)"
          )
        }
      }
    }

    private func check(_ fold: some VectorFold) {
      let kernel = FoldKernel(fold)
      typealias Lanes = [FusedLane]
      for count in Self.counts {
        let (a, b) = (
          VectorKernelTests.samples(count).scalarArray,
          VectorKernelTests.samples(count + 3).scalarArray
        )
        let places = [FencedFloats(a), FencedFloats(Array(b.prefix(count)))]
        let output = FencedFloats([Float](repeating: 0, count: count))
        defer { withExtendedLifetime((places, output)) {} }
        let found = unsafe kernel.run(
          count: count, places[0].start, places[1].start, to: output.start)
        var lanes = Lanes(repeating: FusedLane(type(of: fold).initial), count: 16)
        var stored: [Float] = []
        for index in 0..<count {
          let step = fold(lanes[index % 16], FusedLane(a[index]), FusedLane(b[index]))
          lanes[index % 16] = step.lanes
          stored.append(step.stored.value)
        }
        for half in [8, 4, 2, 1] {
          for lane in 0..<half {
            lanes[lane] = type(of: fold).combine(lanes[lane], lanes[lane + half])
          }
        }
        #expect(bits([found]) == bits([lanes[0].value]), "\(fold), \(count) scalars")
        if type(of: fold).isStored {
          let written = (0..<count).map { unsafe output.start[$0] }
          #expect(bits(written) == bits(stored), "\(fold), \(count) scalars, written")
        }
      }
    }
  }
#endif
