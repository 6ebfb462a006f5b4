/// Whether the parameters that are visited are being updated along a gradient.
///
/// What a layer keeps as it is in training, such as frozen experts, it puts back then, however deep
/// it stands in a model, and whatever optimiser visits. Loading, averaging or perturbing parameters
/// is no update.
enum ParameterUpdate {
  @TaskLocal static var isRunning = false
}

extension Parameterized {
  /// Calls `body` with each parameter and its gradient, for an update of training: what an
  /// optimiser is made of.
  ///
  ///     model.updateParameters(along: gradient) { name, parameter, gradient in
  ///       parameter -= learningRate * gradient
  ///     }
  ///
  /// Parameters that are frozen have the same bits afterwards, whatever weight decay or momentum
  /// did to them: see ``MixtureOfExperts/freezeExperts(_:includingGateRows:)``.
  ///
  /// - Parameters:
  ///   - gradient: A value with the same names and shapes; another traps, with both.
  ///   - body: May change this value's parameter.
  public mutating func updateParameters(
    along gradient: some Parameterized, _ body: (String, inout Tensor, Tensor) throws -> Void
  ) rethrows {
    try ParameterUpdate.$isRunning.withValue(true) {
      try visitParameters(with: gradient, body)
    }
  }
}
