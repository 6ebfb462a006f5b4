/// Ratios of a token's scores, as renormalised weights are made of.
///
/// Scores may be too small to divide by each other: σ(−100) has a few bits, σ(−110) none. The
/// ratios are those of their logarithms all the same, so that such tokens are reckoned by these.
struct ScoreRatios {
  /// Of each token the scores in question, those of some tokens times a factor of their own.
  var scores: Tensor
  /// The tokens whose scores have such a factor.
  var isRescaled: [Bool]

  /// The least score of a token's largest for which all digits of the others that matter are there:
  /// 2²⁶ times the smallest normal number.
  private static let least = Float.leastNormalMagnitude * 0x1p26

  /// Numbers of each token in the order of its scores: these, or their logarithms where they are
  /// too small to tell apart.
  static func comparable(_ selection: Selection) -> Tensor {
    var scores = selection.scores
    let small = smallTokens(scores)
    guard !small.isEmpty else { return scores }
    let (logarithms, columns) = (selection.logScores, selection.expertCount)
    var scalars = scores.mutableScalars
    for token in small {
      for index in token * columns..<(token + 1) * columns {
        scalars[index] = logarithms.scalars[index]
      }
    }
    return scores
  }

  /// The tokens whose scores are all too small.
  private static func smallTokens(_ scores: Tensor) -> [Int] {
    let (scalars, columns) = (scores.scalars, scores.columnCount)
    var tokens: [Int] = []
    guard columns > 0 else { return tokens }
    for token in 0..<scores.rowCount {
      // The first is large enough as a rule, so that there is little to read.
      var index = token * columns
      while index < (token + 1) * columns, !(scalars[index] >= least) { index += 1 }
      if index == (token + 1) * columns { tokens.append(token) }
    }
    return tokens
  }

  /// Scores as they are.
  init(_ scores: Tensor) {
    self.scores = scores
    isRescaled = []
  }

  /// The ratios of a token's scores at some experts.
  ///
  /// - Parameters:
  ///   - selection: The scores.
  ///   - experts: The experts of each token whose scores are compared: those selected, or others.
  init(_ selection: Selection, at experts: Selection) {
    scores = experts.picked(from: selection.scores)
    isRescaled = []
    let small = ScoreRatios.smallTokens(scores)
    guard !small.isEmpty else { return }
    isRescaled = [Bool](repeating: false, count: scores.rowCount)
    let logarithms = experts.picked(from: selection.logScores, empty: -.infinity)
    let largest = logarithms.rowMaxima()
    for token in small { isRescaled[token] = largest.scalars[token] > -.infinity }
    rescale(&scores, logarithms: logarithms, by: largest)
  }

  /// Puts e^(ln s − ln s*) in the place of the scores s of the rescaled tokens, with s* one score
  /// of each.
  func rescale(_ scores: inout Tensor, logarithms: Tensor, by largest: Tensor) {
    let columns = scores.columnCount
    var exponents = logarithms
    do {
      var scalars = exponents.mutableScalars
      for index in 0..<scalars.count where isRescaled[index / columns] {
        scalars[index] -= largest.scalars[index / columns]
      }
    }
    let ratios = exponents.exp()
    var scalars = scores.mutableScalars
    for index in 0..<scalars.count where isRescaled[index / columns] {
      scalars[index] = ratios.scalars[index]
    }
  }

  /// A gradient with respect to scores for most tokens, and to their logarithms for those that are
  /// rescaled.
  ///
  /// - Parameters:
  ///   - scores: With respect to scores, of shape [tokens, experts].
  ///   - logScores: With respect to logarithms, made only where a token is rescaled.
  /// - Returns: The gradient of the weighting.
  func gradient(scores: Tensor, logScores: () -> Tensor) -> WeightingGradient {
    guard isRescaled.contains(true) else { return .scores(scores) }
    var (scores, logarithms) = (scores, logScores())
    let columns = scores.columnCount
    var first = scores.mutableScalars
    var second = logarithms.mutableScalars
    for token in isRescaled.indices {
      for index in token * columns..<(token + 1) * columns {
        if isRescaled[token] { first[index] = 0 } else { second[index] = 0 }
      }
    }
    return WeightingGradient(scores: scores, logScores: logarithms)
  }
}
