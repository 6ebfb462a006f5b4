/// How a number stands in a file of tensors.
///
/// Raw values are the names of the safetensors format.
public enum ScalarFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// True or false, a byte each.
  case bool = "BOOL"
  /// A whole number of 8 bits without a sign.
  case uint8 = "U8"
  /// A whole number of 8 bits.
  case int8 = "I8"
  /// Eight bits with five of exponent and two of fraction.
  case float8E5M2 = "F8_E5M2"
  /// Eight bits with four of exponent and three of fraction; no infinity.
  case float8E4M3 = "F8_E4M3"
  /// A power of two by its biased exponent alone, as scales of MX formats are.
  case float8E8M0 = "F8_E8M0"
  /// A whole number of 16 bits.
  case int16 = "I16"
  /// A whole number of 16 bits without a sign.
  case uint16 = "U16"
  /// Half precision: five bits of exponent and ten of fraction.
  case float16 = "F16"
  /// The upper half of single precision.
  case bfloat16 = "BF16"
  /// A whole number of 32 bits.
  case int32 = "I32"
  /// A whole number of 32 bits without a sign.
  case uint32 = "U32"
  /// Single precision.
  case float32 = "F32"
  /// Double precision.
  case float64 = "F64"
  /// A whole number of 64 bits.
  case int64 = "I64"
  /// A whole number of 64 bits without a sign.
  case uint64 = "U64"

  /// How many bytes a number takes.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8, .float8E5M2, .float8E4M3, .float8E8M0: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether numbers have fractions.
  public var isFloatingPoint: Bool {
    switch self {
    case .float8E5M2, .float8E4M3, .float8E8M0, .float16, .bfloat16, .float32, .float64: true
    case .bool, .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64: false
    }
  }
}
