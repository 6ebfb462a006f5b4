#if arch(x86_64) && !os(Windows)
  /// What generated code must know of a compressed matrix.
  package struct CodeTraits: Hashable, Sendable {
    /// How weights stand.
    package let code: NumberCode
    /// How scales stand, if there are any.
    package let scale: NumberCode?
    /// Whether neighbouring outputs share a scale.
    package let sharesScales: Bool
    /// Whether groups have zero points.
    package let hasZeroPoints: Bool

    /// The traits of a layout.
    package init(_ layout: CompressedLayout) {
      code = layout.code
      scale = layout.scale
      sharesScales = layout.scaleRows > 1
      hasZeroPoints = layout.hasZeroPoints
    }

    /// What scales are multiplied by beside a matrix's own factor, as values are decoded to so much
    /// less: a power of two, the difference of the biases of their exponent and a float's.
    var codeFactor: Float {
      switch code {
      case .float8E4M3: 0x1p120
      case .float8E5M2: 0x1p112
      default: 1
      }
    }

    /// Whether scales are multiplied by the factor of the arguments.
    var multipliesScales: Bool {
      scale.map { codeFactor != 1 || CodeDecoder.factor($0) != 1 } ?? false
    }

    /// The factor of the arguments, for a matrix whose scales have one of their own.
    func factor(_ own: Float) -> Float {
      own * codeFactor * (scale.map { CodeDecoder.factor($0) } ?? 1)
    }

    /// Bytes from a tile's scales of one group to those of the next.
    var scaleStep: Int { scale?.bytes(sharesScales ? 1 : CompressedLayout.tileWidth) ?? 0 }

    /// Appends the traits to a kernel's key.
    func append(to key: inout KernelKey) {
      key.append(Int(code.rawValue), bits: 4)
      key.append(scale.map { Int($0.rawValue) } ?? 15, bits: 4)
      key.append(sharesScales ? 1 : 0, bits: 1)
      key.append(hasZeroPoints ? 1 : 0, bits: 1)
    }
  }
#endif
