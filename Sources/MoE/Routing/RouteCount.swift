/// Numbers of routes, from shares that are not whole.
enum RouteCount {
  /// A number of routes, rounded; what is whole but for rounding, such as 1.1 · 10, is left so.
  static func rounded(_ exact: Double, _ rule: FloatingPointRoundingRule) -> Int {
    let whole = exact.rounded()
    let count = (exact - whole).magnitude < 1e-9 * exact ? whole : exact.rounded(rule)
    return count >= Double(Int32.max) ? Int(Int32.max) : Int(count)
  }
}
