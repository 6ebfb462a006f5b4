/// An update after a step of training: of a selection bias, of thresholds, of a factor that adapts,
/// quality that is tracked, loads that are counted.
///
/// A layer holds some, and calls all of them, and its balancing losses, in one call:
/// ``MixtureOfExperts/finishStep(_:tokenQuality:)``. Their buffers are saved with the layer.
///
/// To add one, write a type that conforms.
public protocol StepUpdate: Buffered, ExpertEditable {
  /// The name that errors and descriptions call it by.
  var name: String { get }

  /// Whether it changes anything after a step; true unless given.
  ///
  /// A layer that holds such a one throws in training where steps go on without their end being
  /// told.
  var movesAfterStep: Bool { get }

  /// Throws where it cannot work with a router; a layer asks when it is made.
  ///
  /// - Parameter router: The router of the layer.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the setting.
  func check(_ router: Router) throws

  /// Takes a step into account.
  ///
  /// Routings that do not count, as those of evaluation, are to change nothing:
  /// ``TrainingStep/countedRoutings`` leaves them out.
  ///
  /// - Parameters:
  ///   - router: The router of the layer, whose buffers may be moved.
  ///   - step: What happened in the step.
  /// - Throws: ``MoEError`` where the step lacks something; nothing has changed then.
  mutating func update(_ router: inout Router, after step: TrainingStep) throws
}

extension StepUpdate {
  /// True.
  public var movesAfterStep: Bool { true }

  /// Throws nothing.
  public func check(_ router: Router) throws {}
}

/// A step of training that has happened: the routings of a layer, one a micro-batch.
public struct TrainingStep: Sendable {
  /// The routings of the step: one, or one a micro-batch.
  public let routings: [Routing]
  /// How well each token of each routing was served, in (0, 1], where that is tracked.
  public let tokenQuality: [[Float]]?

  /// A step.
  ///
  /// - Parameters:
  ///   - routings: The routings of the step: one, or one a micro-batch.
  ///   - tokenQuality: How well each token of each routing was served.
  public init(_ routings: [Routing], tokenQuality: [[Float]]? = nil) {
    self.routings = routings
    self.tokenQuality = tokenQuality
  }

  /// The routings that count in what balances: those of training, replays that make up a pass anew
  /// left out.
  public var countedRoutings: [Routing] { routings.filter(\.isCounted) }
}

extension [any StepUpdate] {
  /// Throws where one of the updates cannot work with a router.
  ///
  /// - Parameter router: The router of the layer.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the setting.
  public func check(_ router: Router) throws { for update in self { try update.check(router) } }
}
