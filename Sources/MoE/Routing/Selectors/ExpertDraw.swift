/// Draws different experts of one token in proportion to some shares, by uniform numbers and sums.
///
/// With u uniform, the expert drawn is the first at which the running sum of the shares exceeds
/// u·Σ; the next one is drawn from the others in the same way.
struct ExpertDraw {
  /// The share of each expert, in any unit; those at zero or below are never drawn.
  var shares: [Double]

  /// A draw from so many experts.
  init(expertCount: Int) { shares = [Double](repeating: 0, count: expertCount) }

  /// Draws an expert, and takes it out of later draws.
  ///
  /// - Parameter uniform: A number between 0 and 1.
  /// - Returns: The expert, or nothing where no share is above zero.
  mutating func next(_ uniform: Double) -> Int? {
    var sum = 0.0
    for share in shares where share > 0 { sum += share }
    let target = uniform * sum
    var running = 0.0
    var drawn: Int?
    for expert in shares.indices where shares[expert] > 0 {
      running += shares[expert]
      // The last one with a share, should rounding let no sum exceed the target.
      drawn = expert
      if running > target { break }
    }
    if let drawn { shares[drawn] = 0 }
    return drawn
  }
}
