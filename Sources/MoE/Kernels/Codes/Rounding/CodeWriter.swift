/// Writes codes of a tile as its layout has them, on the kernel set in use.
struct CodeWriter<Coding: TileCoding> {
  private let block: BlockCoding<Coding>
  #if arch(x86_64) && !os(Windows)
    private let generated: RoundingKernel?
  #endif

  /// Looks the generated code up, or generates it.
  ///
  /// - Parameters:
  ///   - code: How codes stand.
  ///   - coding: How numbers become codes.
  init(_ code: NumberCode, _ coding: Coding) {
    block = BlockCoding(code: code, coding: coding)
    #if arch(x86_64) && !os(Windows)
      generated = .current(for: block)
    #endif
  }

  /// Rounds numbers to codes, and writes them.
  ///
  /// - Parameters:
  ///   - panel: The numbers.
  ///   - count: The number of inputs.
  ///   - scales: What they are rounded with.
  ///   - target: The place of the first code, which starts a block.
  func write(
    _ panel: TilePanel, count: Int, _ scales: GroupScales<TileVector>,
    to target: UnsafeMutableRawPointer
  ) {
    var written = 0
    #if arch(x86_64) && !os(Windows)
      // A turn that is not filled up is left to plain Swift.
      let whole = count - count % RoundingKernel.turn
      if let generated, whole > 0 {
        var arguments = unsafe RoundingArguments(panel, to: target, inputs: whole)
        (arguments.divisors, arguments.zeros) = (scales.divisors, scales.zeros)
        generated(&arguments)
        written = whole
      }
    #endif
    guard written < count else { return }
    unsafe writePortably(panel, inputs: written..<count, scales, to: target)
  }

  /// The same in plain Swift, from an input that starts a block.
  private func writePortably(
    _ panel: TilePanel, inputs: Range<Int>, _ scales: GroupScales<TileVector>,
    to target: UnsafeMutableRawPointer
  ) {
    let (code, width) = (block.code, CompressedLayout.tileWidth)
    let (divisors, zeros) = (scales.divisors, scales.zeros)
    for first in stride(from: inputs.lowerBound, to: inputs.upperBound, by: code.blockInputs) {
      let count = min(code.blockInputs, inputs.upperBound - first)
      let words = block.words(count, divisors: divisors, zeros: zeros) {
        panel[first + $0]
      }.bits
      let place = first / code.blockInputs * code.blockBytes
      switch code.blockBytes / width {
      case 4: unsafe target.storeBytes(of: words, toByteOffset: place, as: TileBits.self)
      case 2:
        unsafe target.storeBytes(
          of: SIMD16(truncatingIfNeeded: words), toByteOffset: place, as: SIMD16<UInt16>.self)
      default:
        unsafe target.storeBytes(
          of: SIMD16(truncatingIfNeeded: words), toByteOffset: place, as: SIMD16<UInt8>.self)
      }
    }
  }
}
