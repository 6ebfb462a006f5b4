public import Foundation

/// An error in a configuration, or in data that is handed to a layer.
///
/// It is thrown before anything has changed. Slips in tensor arithmetic trap instead.
public enum MoEError: Error, Sendable {
  /// A setting has a value that cannot work.
  case configuration(_ setting: String, value: String, expected: String)
  /// A tensor has a shape that does not fit.
  case shape(_ tensor: String, found: [Int], expected: String)
  /// The gate gave a number that is NaN or infinite, so that nothing can be selected by it.
  case nonFiniteLogit(token: Int, expert: Int, value: Float)
  /// Training was asked for, but the weights are constant, so that the gate would never learn.
  case untrainableGate(
    weighting: String, slotCount: Int,
    remedy: String = ".scores, or at least 2 experts a token")
}

extension MoEError: Equatable {
  /// Whether both say the same of the same thing, so that an error equals itself: a NaN equals a
  /// NaN here.
  public static func == (left: MoEError, right: MoEError) -> Bool {
    switch left {
    case .configuration(let setting, let value, let expected):
      guard case .configuration(setting, value, expected) = right else { return false }
    case .shape(let tensor, let found, let expected):
      guard case .shape(tensor, found, expected) = right else { return false }
    case .nonFiniteLogit(let token, let expert, let value):
      guard case .nonFiniteLogit(token, expert, let other) = right else { return false }
      return value == other || (value.isNaN && other.isNaN)
    case .untrainableGate(let weighting, let slotCount, let remedy):
      guard case .untrainableGate(weighting, slotCount, remedy) = right else { return false }
    }
    return true
  }
}

extension MoEError: CustomStringConvertible, LocalizedError {
  /// A sentence that names the thing, its value and what was expected.
  public var description: String {
    switch self {
    case .configuration(let setting, let value, let expected):
      "\(setting) is \(value), expected \(expected)"
    case .shape(let tensor, let found, let expected):
      "\(tensor) has shape \(found), expected \(expected)"
    case .nonFiniteLogit(let token, let expert, let value):
      // A NaN's sign says nothing, and differs from machine to machine.
      "the gate's logit of token \(token) for expert \(expert) is "
        + "\(value.isNaN ? "nan" : "\(value)"), expected a finite number; "
        + "look for the same in the token and in the gate's parameters"
    case .untrainableGate(let weighting, let slotCount, let remedy):
      "with \(slotCount) \(slotCount == 1 ? "expert" : "experts") a token the weighting \(weighting) is "
        + "constant, so that the gate has no gradient; use \(remedy)"
    }
  }

  /// The same sentence, for what shows errors to people.
  public var errorDescription: String? { description }
}
