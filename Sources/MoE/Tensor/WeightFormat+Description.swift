extension WeightFormat: CustomStringConvertible {
  /// The format in a few words, as in “int4, groups of 32”.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .bfloat16: "bfloat16"
    case .float16: "float16"
    case .float8E4M3(let scales): "float8 E4M3, \(scales.rawValue)"
    case .float8E5M2(let scales): "float8 E5M2, \(scales.rawValue)"
    case .int8(let size, let zeroPoints, _): "int8, " + groups(size, zeroPoints)
    case .int4(let size, let zeroPoints, _): "int4, " + groups(size, zeroPoints)
    case .mxfp4: "MXFP4"
    case .nvfp4: "NVFP4"
    }
  }

  private func groups(_ size: Int, _ zeroPoints: Bool) -> String {
    "groups of \(size)" + (zeroPoints ? " with zeros" : "")
  }
}
