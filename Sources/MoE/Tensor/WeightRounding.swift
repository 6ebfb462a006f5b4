/// How the scales of weights in fewer bits are chosen.
///
/// Formats without scales, which are ``WeightFormat/bfloat16`` and ``WeightFormat/float16``, round
/// each weight to the nearest number, and know no other way.
public enum WeightRounding: Hashable, Codable, Sendable {
  /// The scale of a group lets its largest weight just be in reach.
  case byMaximum
  /// The scale of a group is the one with the least sum of squared errors, of that of its maximum
  /// and some others.
  ///
  /// The squares can be weighted by the input that a weight belongs to, as by the mean square of
  /// what comes in there: the sum is then what outputs are off by, if inputs come independently.
  ///
  /// No group is further off than by ``byMaximum``. Of scales that are powers of two, those next to
  /// that of the maximum are tried, however many candidates there are.
  case leastSquares(candidates: Int = 20)

  /// How many scales are tried beside that of the maximum.
  var candidateCount: Int {
    switch self {
    case .byMaximum: 0
    case .leastSquares(let candidates): max(candidates, 0)
    }
  }
}
