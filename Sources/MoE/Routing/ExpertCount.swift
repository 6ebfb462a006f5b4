/// Numbers of experts a token goes to.
enum ExpertCount {
  /// `count`, or an error where it is not from 1 to the number of experts.
  ///
  /// - Parameters:
  ///   - count: How many experts each token is to go to.
  ///   - expertCount: The number of experts there are.
  /// - Returns: `count`.
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  static func check(_ count: Int, expertCount: Int) throws -> Int {
    guard count >= 1, count <= expertCount else {
      throw MoEError.configuration(
        "experts a token (top-k)", value: "\(count)",
        expected: "1 to \(expertCount), the experts there are")
    }
    return count
  }
}
