/// Decoding in plain Swift, a tile's 16 outputs at a time: where no code is generated, and for codes
/// and scales that generated code does not know.
extension CompressedMatrix {
  /// Decodes some inputs of a tile, as ``decode(tile:inputs:into:stride:kernels:)`` does.
  func decodePortably(
    tile: Int, inputs: Range<Int>, into destination: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let (hasScales, hasZeros) = (layout.scale != nil, layout.hasZeroPoints)
    // The last tile may have fewer outputs.
    let outputs = layout.outputSize - tile * CompressedLayout.tileWidth
    let isOutput = TileBits.lanes.isLess(than: UInt32(min(outputs, CompressedLayout.tileWidth)))
    var target = UnsafeMutableRawPointer(destination)
    var start = inputs.lowerBound
    while start < inputs.upperBound {
      let group = start / layout.groupSize
      let end = min((group + 1) * layout.groupSize, inputs.upperBound)
      let (scales, zeros) = (scales(tile: tile, group: group), zeroPoints(tile: tile, group: group))
      for input in start..<end {
        var weights = layout.code.numbers(codes(tile: tile, input: input))
        // As the definition by element has it.
        if hasScales { weights = (hasZeros ? weights - zeros : weights) * scales }
        weights = TileVector(bits: weights.bits & isOutput)
        unsafe target.storeBytes(of: weights, as: TileVector.self)
        unsafe target += stride * MemoryLayout<Float>.stride
      }
      start = end
    }
  }

  /// The codes of a tile's outputs at one input.
  @inline(__always)
  private func codes(tile: Int, input: Int) -> TileBits {
    let code = layout.code
    let place =
      unsafe codes + tile * layout.tileBytes
      + input / code.blockInputs * code.blockBytes
    switch code {
    case .float32: return unsafe place.loadUnaligned(as: TileBits.self)
    case .float16:
      return TileBits(truncatingIfNeeded: unsafe place.loadUnaligned(as: SIMD16<UInt16>.self))
    case .int8:
      return TileBits(truncatingIfNeeded: unsafe place.loadUnaligned(as: SIMD16<UInt8>.self))
    case .bfloat16, .float8E4M3, .float8E5M2, .float8E8M0, .int4, .float4E2M1:
      let words = unsafe place.loadUnaligned(as: TileBits.self)
      let position = UInt32(code.position(input % code.blockInputs))
      return words &>> position & (1 << UInt32(code.bits) - 1)
    }
  }

  /// The scales of a tile's outputs, those of outputs that there are.
  private func scales(tile: Int, group: Int) -> TileVector {
    let first = tile * CompressedLayout.tileWidth
    guard layout.scaleRows == 1 else {
      return TileVector(repeating: scale(output: first, group: group))
    }
    var scales = TileVector(repeating: 1)
    guard layout.scale != nil else { return scales }
    for lane in 0..<min(CompressedLayout.tileWidth, layout.outputSize - first) {
      scales[lane] = scale(output: first + lane, group: group)
    }
    return scales
  }

  /// The zero points of a tile's outputs; any numbers where there are none.
  private func zeroPoints(tile: Int, group: Int) -> TileVector {
    guard layout.hasZeroPoints else { return TileVector() }
    let bytes =
      unsafe (zeroPoints
      + layout.zeroPointIndex(output: tile * CompressedLayout.tileWidth, group: group))
    let codes = unsafe UnsafeRawPointer(bytes).loadUnaligned(as: SIMD16<UInt8>.self)
    return TileVector(wholeNumbers: TileBits(truncatingIfNeeded: codes), bits: 8)
  }
}

extension NumberCode {
  /// The numbers of some codes, exactly, as ``value(_:)`` has them one by one.
  @inline(__always)
  fileprivate func numbers(_ codes: TileBits) -> TileVector {
    switch self {
    case .float32: return TileVector(bits: codes)
    case .bfloat16: return TileVector(bits: codes &<< 16)
    case .float16: return HalfFormat.numbers(codes)
    case .int8, .int4: return TileVector(wholeNumbers: codes, bits: UInt32(bits))
    case .float8E4M3:
      // All ones are the only code of this format that is no number.
      let isNumber = (codes & 0x7F).isLess(than: 0x7F)
      let numbers = E4M3Format.numbers(codes).bits
      return TileVector(bits: numbers & isNumber | Float.nan.bitPattern & ~isNumber)
    case .float8E5M2: return E5M2Format.numbers(codes)
    case .float8E8M0:
      // 2⁻¹²⁷ is no normal number.
      let powers = codes &<< 23 | 0x0040_0000 & codes.isLess(than: 1)
      let isNumber = codes.isLess(than: 0xFF)
      return TileVector(bits: powers & isNumber | Float.nan.bitPattern & ~isNumber)
    case .float4E2M1: return E2M1Format.numbers(codes)
    }
  }
}

extension SmallFloatFormat {
  /// The numbers of some codes, exactly; of the largest exponent what single precision has there,
  /// where the format's is that of half precision.
  @inline(__always)
  fileprivate static func numbers(_ codes: TileBits) -> TileVector {
    let magnitudes = codes & (1 << (bits - 1) - 1)
    // The exponent counts from another bias in single precision.
    let biases = TileBits(repeating: (127 - bias) << 23)
    var numbers = magnitudes &<< (23 - fractionBits) &+ biases
    // Below the least exponent codes count in units of the last bit.
    let unit = Float(sign: .plus, exponent: 1 - Int(bias) - Int(fractionBits), significand: 1)
    let counted = TileVector(wholeNumbers: magnitudes, bits: 32) * unit
    let isCounted = magnitudes.isLess(than: 1 << fractionBits)
    numbers = counted.bits & isCounted | numbers & ~isCounted
    if bias == HalfFormat.bias {
      numbers |= 0x7F80_0000 & ~magnitudes.isLess(than: 31 << fractionBits)
    }
    let signs = codes & (1 << (bits - 1))
    return TileVector(bits: numbers | signs &<< (32 - bits))
  }
}

extension TileBits {
  /// The number of each lane.
  fileprivate static var lanes: TileBits {
    TileBits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  }

  /// All bits where a lane is less than a limit, none elsewhere; both are less than 2³¹.
  ///
  /// The sign of the difference: comparisons of whole numbers are loops over lanes.
  @inline(__always)
  fileprivate func isLess(than limit: UInt32) -> TileBits {
    let differences = unsafe unsafeBitCast(self &- limit, to: SIMD16<Int32>.self)
    return unsafe unsafeBitCast(differences &>> 31, to: TileBits.self)
  }
}

extension TileVector {
  /// The whole numbers of so many low bits, of which the highest is the sign.
  @inline(__always)
  fileprivate init(wholeNumbers codes: TileBits, bits: UInt32) {
    let integers = unsafe unsafeBitCast(codes &<< (32 - bits), to: SIMD16<Int32>.self)
    self.init(integers &>> Int32(32 - bits))
  }
}
