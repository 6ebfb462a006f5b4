/// A model that is told of the end of each step of training by the routings of its mixtures: a
/// layer of experts, a stack, a decoder, or your own of these.
///
/// A ``Trainer`` knows models by it. Of a model of your own with one mixture it is one line:
///
///     mutating func finishStep(routings: [[Routing]], tokenQuality: [[Float]]?) throws {
///       try mixture.finishStep(routings: routings, tokenQuality: tokenQuality)
///     }
public protocol RoutedModel: Parameterized {
  /// Tells the model that a step of training has ended.
  ///
  /// - Parameters:
  ///   - routings: Of each pass of the step, one or one a micro-batch, the routing of each mixture.
  ///   - tokenQuality: How well each token of each pass was served, where that is tracked.
  /// - Throws: Where a pass has another number of routings than the model has mixtures, and what an
  ///   update throws; nothing has changed then.
  mutating func finishStep(routings: [[Routing]], tokenQuality: [[Float]]?) throws
}

extension RoutedLayer {
  /// Tells the layer that a step of training has ended, by one routing a pass.
  ///
  /// - Parameters:
  ///   - routings: Of each pass of the step its routing.
  ///   - tokenQuality: How well each token of each pass was served, where that is tracked.
  /// - Throws: Where a pass has not just one routing, and what an update throws; nothing has
  ///   changed then.
  public mutating func finishStep(routings: [[Routing]], tokenQuality: [[Float]]? = nil) throws {
    for pass in routings where pass.count != 1 {
      throw MoEError.configuration(
        "number of routings of a pass", value: "\(pass.count)", expected: "1, that of the layer")
    }
    try finishStep(TrainingStep(routings.flatMap { $0 }, tokenQuality: tokenQuality))
  }
}
