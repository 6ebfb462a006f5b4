/// How the numbers of a weight are kept: as single precision, or in fewer bits.
///
/// A layer in fewer bits computes with the weights that these bits are, exactly: it gives the bits of
/// the layer of single precision that has the decompressed weights, on any machine.
public enum WeightFormat: Hashable, Codable, Sendable {
  /// Single precision.
  case float32
  /// The upper half of single precision: its range, and eight bits of precision.
  case bfloat16
  /// Half precision: eleven bits of precision, from 6·10⁻⁸ to 65,504.
  case float16
  /// Four bits of exponent and three of fraction, with scales of single precision.
  ///
  /// Source: Micikevicius et al. 2022, FP8 Formats for Deep Learning; blocks as in DeepSeek-V3.
  case float8E4M3(scales: Float8Scales = .blocks)
  /// Five bits of exponent and two of fraction, with scales of single precision.
  ///
  /// Source: Micikevicius et al. 2022, FP8 Formats for Deep Learning.
  case float8E5M2(scales: Float8Scales = .blocks)
  /// Whole numbers of eight bits in groups along the input, each with a scale and perhaps a zero.
  ///
  /// Groups are of a multiple of 16; ``check()`` throws of another size.
  case int8(
    groupSize: Int = 128, zeroPoints: Bool = false, scales: ScaleFormat = .bfloat16)
  /// Whole numbers of four bits in groups along the input, each with a scale and perhaps a zero.
  ///
  /// Groups are of a multiple of 16; ``check()`` throws of another size.
  case int4(
    groupSize: Int = 32, zeroPoints: Bool = false, scales: ScaleFormat = .bfloat16)
  /// Four bits with a fraction, of which 32 share a power of two.
  ///
  /// Source: OCP Microscaling Formats (MX) Specification, version 1.0; gpt-oss.
  case mxfp4
  /// Four bits with a fraction, of which 16 share a scale of eight bits; all of a matrix share a
  /// factor.
  ///
  /// Source: NVIDIA 2025, Pretraining Large Language Models with NVFP4.
  case nvfp4

  /// What shares a scale in formats of eight bits with a fraction.
  public enum Float8Scales: String, Hashable, Codable, Sendable, CaseIterable {
    /// 128 outputs by 128 inputs.
    case blocks
    /// All inputs of an output.
    case rows
  }

  /// How the scales of groups are kept.
  public enum ScaleFormat: String, Hashable, Codable, Sendable, CaseIterable {
    /// Single precision.
    case float32
    /// Half precision.
    case float16
    /// The upper half of single precision.
    case bfloat16

    var code: NumberCode {
      switch self {
      case .float32: .float32
      case .float16: .float16
      case .bfloat16: .bfloat16
      }
    }
  }

  /// Throws where no weight can be of this format.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a group's size is not a multiple
  ///   of 16.
  public func check() throws {
    switch self {
    case .int8(let size, _, _), .int4(let size, _, _):
      guard size > 0, size % 16 == 0 else {
        throw MoEError.configuration(
          "group size of a weight format", value: "\(size)", expected: "a multiple of 16")
      }
    default: break
    }
  }

  /// The layout of a matrix of this format; nothing for ``float32``, which is kept as a tensor.
  ///
  /// - Parameters:
  ///   - outputSize: The rows of the weight.
  ///   - inputSize: The columns.
  /// - Returns: Where the numbers of a matrix stand.
  package func layout(outputSize: Int, inputSize: Int) -> CompressedLayout? {
    func layout(
      _ code: NumberCode, _ scale: NumberCode? = nil, group: Int? = nil, rows: Int = 1,
      zeroPoints: Bool = false
    ) -> CompressedLayout {
      CompressedLayout(
        code, scale: scale, groupSize: group, scaleRows: rows, hasZeroPoints: zeroPoints,
        outputSize: outputSize, inputSize: inputSize)
    }
    func float8(_ code: NumberCode, _ scales: Float8Scales) -> CompressedLayout {
      scales == .rows
        ? layout(code, .float32) : layout(code, .float32, group: 128, rows: 128)
    }
    return switch self {
    case .float32: nil
    case .bfloat16: layout(.bfloat16)
    case .float16: layout(.float16)
    case .float8E4M3(let scales): float8(.float8E4M3, scales)
    case .float8E5M2(let scales): float8(.float8E5M2, scales)
    case .int8(let size, let zeroPoints, let scales):
      layout(.int8, scales.code, group: size, zeroPoints: zeroPoints)
    case .int4(let size, let zeroPoints, let scales):
      layout(.int4, scales.code, group: size, zeroPoints: zeroPoints)
    case .mxfp4: layout(.float4E2M1, .float8E8M0, group: 32)
    case .nvfp4: layout(.float4E2M1, .float8E4M3, group: 16)
    }
  }
}
