/// Parameters that are trained in a way of their own: at another rate, with another weight decay,
/// or not at all.
///
///     let groups = [
///       ParameterGroup(.routers, learningRateScale: 0.1, weightDecay: 0),
///       ParameterGroup(.biases.union(.norms), weightDecay: 0),
///       ParameterGroup(.embeddings, isFrozen: true),
///     ]
///
/// A ``GroupedOptimizer`` takes them. Single experts of a layer are frozen by
/// ``MixtureOfExperts/freezeExperts(_:includingGateRows:)`` instead, as they share a parameter with
/// the others.
public struct ParameterGroup: Sendable {
  /// The parameters of the group.
  public let parameters: ParameterSelection
  /// What the learning rate is multiplied by.
  public let learningRateScale: Float
  /// The weight decay of all parameters of the group; that of the optimiser, for those that it
  /// decays, where nothing is given.
  public let weightDecay: Float?
  /// Whether training leaves the parameters as they are, to the bit.
  public let isFrozen: Bool

  /// A group; one of which nothing is given is trained as all others.
  ///
  /// - Parameters:
  ///   - parameters: The parameters of the group.
  ///   - learningRateScale: What the learning rate is multiplied by.
  ///   - weightDecay: The weight decay of all parameters of the group.
  ///   - isFrozen: Whether training leaves the parameters as they are.
  public init(
    _ parameters: ParameterSelection, learningRateScale: Float = 1, weightDecay: Float? = nil,
    isFrozen: Bool = false
  ) {
    self.parameters = parameters
    self.learningRateScale = learningRateScale
    self.weightDecay = weightDecay
    self.isFrozen = isFrozen
  }

  /// A group by names of your own.
  ///
  /// - Parameters:
  ///   - isChosen: Whether a parameter of a name is in the group.
  ///   - learningRateScale: What the learning rate is multiplied by.
  ///   - weightDecay: The weight decay of all parameters of the group.
  ///   - isFrozen: Whether training leaves the parameters as they are.
  public init(
    where isChosen: @escaping @Sendable (String) -> Bool, learningRateScale: Float = 1,
    weightDecay: Float? = nil, isFrozen: Bool = false
  ) {
    self.init(
      ParameterSelection(where: isChosen), learningRateScale: learningRateScale,
      weightDecay: weightDecay, isFrozen: isFrozen)
  }
}

extension ParameterGroup: CustomStringConvertible {
  /// What is the group's own; which parameters it has depends on the model.
  public var description: String {
    guard !isFrozen else { return "frozen" }
    let decay = weightDecay.map { ", weight decay \($0)" } ?? ""
    return "learning rate times \(learningRateScale)\(decay)"
  }
}
