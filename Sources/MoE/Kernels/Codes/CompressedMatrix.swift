/// A matrix in few bits, where it stands in memory.
///
/// Reading by element is the definition of what its weights are; kernels give the same bits.
@safe
package struct CompressedMatrix {
  /// Where everything stands.
  package let layout: CompressedLayout
  /// The first tile.
  package let codes: UnsafeMutableRawPointer
  /// The first scale.
  package let scales: UnsafeMutableRawPointer
  /// The first zero point.
  package let zeroPoints: UnsafeMutablePointer<Int8>
  /// The factor of all scales, which scales · factor is rounded with once.
  package var factor: Float
  /// Whether there are codes or scales that generated kernels do not know: see
  /// ``NumberCode/specialBits``.
  package var hasSpecialCodes: Bool

  /// A matrix at some places, of which those that the layout does not use are never read.
  @unsafe
  package init(
    _ layout: CompressedLayout, codes: UnsafeMutableRawPointer, scales: UnsafeMutableRawPointer,
    zeroPoints: UnsafeMutablePointer<Int8>, factor: Float = 1, hasSpecialCodes: Bool = true
  ) {
    self.layout = layout
    unsafe self.codes = unsafe codes
    unsafe self.scales = unsafe scales
    unsafe self.zeroPoints = unsafe zeroPoints
    self.factor = factor
    self.hasSpecialCodes = hasSpecialCodes
  }

  // MARK: Elements

  /// The code of a weight.
  package subscript(code output: Int, input: Int) -> UInt32 {
    get {
      let (byte, shift) = layout.codePlace(output: output, input: input)
      let bits = unsafe CompressedMatrix.load(layout.code, codes + byte)
      return layout.code.bits == 4 ? bits >> UInt32(shift) & 15 : bits
    }
    nonmutating set {
      let (byte, shift) = layout.codePlace(output: output, input: input)
      guard layout.code.bits == 4 else {
        return unsafe CompressedMatrix.store(newValue, layout.code, codes + byte)
      }
      let pair = unsafe codes.load(fromByteOffset: byte, as: UInt8.self)
      unsafe codes.storeBytes(
        of: pair & ~(15 << UInt8(shift)) | UInt8(newValue & 15) << UInt8(shift),
        toByteOffset: byte, as: UInt8.self)
    }
  }

  /// The code of a scale, which exists.
  package subscript(scaleCode output: Int, group: Int) -> UInt32 {
    get {
      guard let scale = layout.scale else { return 0 }
      let index = layout.scaleIndex(output: output, group: group)
      return unsafe CompressedMatrix.load(scale, scales + scale.bytes(index))
    }
    nonmutating set {
      guard let scale = layout.scale else { return }
      let index = layout.scaleIndex(output: output, group: group)
      unsafe CompressedMatrix.store(newValue, scale, scales + scale.bytes(index))
    }
  }

  /// The zero point of a group, 0 where there are none.
  package subscript(zeroPoint output: Int, group: Int) -> Int8 {
    get {
      guard layout.hasZeroPoints else { return 0 }
      return unsafe zeroPoints[layout.zeroPointIndex(output: output, group: group)]
    }
    nonmutating set {
      guard layout.hasZeroPoints else { return }
      unsafe zeroPoints[layout.zeroPointIndex(output: output, group: group)] = newValue
    }
  }

  /// The scale of a group: 1 where there are none.
  package func scale(output: Int, group: Int) -> Float {
    guard let scale = layout.scale else { return 1 }
    return scale.value(self[scaleCode: output, group]) * factor
  }

  /// A weight: the definition that all kernels follow.
  package subscript(output: Int, input: Int) -> Float {
    let value = layout.code.value(self[code: output, input])
    guard layout.scale != nil else { return value }
    let group = input / layout.groupSize
    let zero = Float(self[zeroPoint: output, group])
    // Zero is not subtracted where there is none: −0 − 0 would be 0 all the same in whole numbers,
    // and would not in others.
    return (layout.hasZeroPoints ? value - zero : value) * scale(output: output, group: group)
  }

  // MARK: Bytes

  private static func load(_ code: NumberCode, _ place: UnsafeMutableRawPointer) -> UInt32 {
    switch code.bits {
    case 32: unsafe place.loadUnaligned(as: UInt32.self)
    case 16: UInt32(unsafe place.loadUnaligned(as: UInt16.self))
    default: UInt32(unsafe place.load(as: UInt8.self))
    }
  }

  private static func store(_ bits: UInt32, _ code: NumberCode, _ place: UnsafeMutableRawPointer) {
    switch code.bits {
    case 32: unsafe place.storeBytes(of: bits, as: UInt32.self)
    case 16: unsafe place.storeBytes(of: UInt16(truncatingIfNeeded: bits), as: UInt16.self)
    default: unsafe place.storeBytes(of: UInt8(truncatingIfNeeded: bits), as: UInt8.self)
    }
  }
}
