public import Foundation

/// A training that cannot go on.
///
/// It is thrown before the step has changed anything: model, optimiser and step are those before
/// it.
public enum TrainingError: Error, Sendable {
  /// The loss of a step, counted from 1, is NaN or infinite.
  case nonFiniteLoss(step: Int, value: Float)
  /// The loss is finite, but the gradient of a parameter is not.
  case nonFiniteGradient(step: Int, parameter: String)
}

extension TrainingError: Equatable {
  /// Whether both say the same of the same step; a NaN equals a NaN here.
  public static func == (left: TrainingError, right: TrainingError) -> Bool {
    switch (left, right) {
    case (.nonFiniteLoss(let step, let value), .nonFiniteLoss(let other, let otherValue)):
      step == other && (value == otherValue || value.isNaN && otherValue.isNaN)
    case (.nonFiniteGradient(let step, let name), .nonFiniteGradient(let other, let otherName)):
      step == other && name == otherName
    default: false
    }
  }
}

extension TrainingError: CustomStringConvertible, LocalizedError {
  /// A sentence that names the step, the value and what was expected.
  public var description: String {
    switch self {
    case .nonFiniteLoss(let step, let value):
      "the loss of step \(step) is \(value.isNaN ? "nan" : "\(value)"), expected a finite number; "
        + "try a lower learning rate, a longer warm-up or clipping"
    case .nonFiniteGradient(let step, let parameter):
      "the gradient of \(parameter) in step \(step) is not finite, expected finite numbers; try a "
        + "lower learning rate, and look for extreme tokens"
    }
  }

  /// The same sentence, for what shows errors to people.
  public var errorDescription: String? { description }
}
