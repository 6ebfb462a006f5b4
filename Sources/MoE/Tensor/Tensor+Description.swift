extension Tensor: CustomStringConvertible {
  /// The shape, and the scalars as a nested list in which long axes are cut short in the middle.
  public var description: String {
    guard rank > 0 else { return "Tensor(\(number(scalars[0])))" }
    // The rows of a matrix stand below one another.
    return "Tensor\(shape)" + (rank > 1 ? "\n" : " ") + listing(of: shape[...], from: 0, indent: 1)
  }

  /// How many entries stand at either end of an axis that is cut short.
  private static let edge = 3

  private func listing(of shape: ArraySlice<Int>, from start: Int, indent: Int) -> String {
    guard let size = shape.first else { return number(scalars[start]) }
    let stride = shape.dropFirst().reduce(1, *)
    let isLong = size > 2 * Tensor.edge + 1
    let shown = isLong ? Array(0..<Tensor.edge) + Array(size - Tensor.edge..<size) : Array(0..<size)
    var entries = shown.map {
      listing(of: shape.dropFirst(), from: start + $0 * stride, indent: indent + 1)
    }
    if isLong { entries.insert("…", at: Tensor.edge) }
    let separator =
      shape.count == 1 ? ", " : ",\n" + String(repeating: " ", count: indent)
    return "[" + entries.joined(separator: separator) + "]"
  }

  /// Four significant digits, which is what a person compares at a glance.
  private func number(_ value: Float) -> String {
    // A NaN's sign says nothing, and differs from machine to machine.
    guard !value.isNaN else { return "nan" }
    guard value.isFinite, value != 0 else { return "\(value)" }
    let magnitude = value.magnitude
    guard magnitude >= 1e-3, magnitude < 1e6 else { return "\(value)" }
    var decimals = 6
    var limit = 0.01
    while decimals > 0, Double(magnitude) >= limit {
      decimals -= 1
      limit *= 10
    }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return "\((Double(value) * scale).rounded() / scale)"
  }
}
