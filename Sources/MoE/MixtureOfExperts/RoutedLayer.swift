/// A layer that sends tokens to experts by a router: ``MixtureOfExperts``,
/// ``MixtureOfAttentionHeads``, or your own.
///
/// A ``MixtureStack`` knows its layers by it: it hands on the logits of one to the next, collects
/// routings and auxiliary losses, and tells all of them that a step has ended.
public protocol RoutedLayer: Layer, RoutedModel where Pass: RoutedPass {
  /// The router, with its number of the layer and its seed.
  var router: Router { get set }

  /// The function under live conditions.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``Layer/inputSize`` columns.
  ///   - context: What the batch is, and what the pass is for.
  ///   - overrides: What overrides the routing strategy.
  /// - Returns: The output, the routing and the auxiliary losses, and what was kept.
  /// - Throws: What the router and the experts throw.
  func forward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides
  ) throws -> Pass

  /// The gradients of a loss that also reads the routing.
  ///
  /// - Parameters:
  ///   - outputGradient: With respect to the output.
  ///   - routingGradient: With respect to the routing.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the tokens and the parameters, and to what else the
  ///   router read.
  /// - Throws: What a part of the user's own throws.
  func backward(
    _ outputGradient: Tensor, routing routingGradient: RoutingGradient, pass: Pass
  ) throws -> RoutedGradient<Self>

  /// Tells the layer that a step of training has ended.
  ///
  /// - Parameter step: What happened in the step.
  /// - Throws: What an update throws; nothing has changed then.
  mutating func finishStep(_ step: TrainingStep) throws
}

/// The result of a routed layer's backward pass: a layer's gradients, and those of what its router
/// read beside the tokens.
public struct RoutedGradient<Parameters: Layer>: Sendable {
  /// The gradients with respect to the tokens and the parameters.
  public var gradient: LayerGradient<Parameters>
  /// Those with respect to what the router read beside the tokens.
  public var overrides: OverridesGradient

  /// A result of the given parts.
  ///
  /// - Parameters:
  ///   - gradient: With respect to the tokens and the parameters.
  ///   - overrides: With respect to what the router read beside the tokens.
  public init(
    _ gradient: LayerGradient<Parameters>, overrides: OverridesGradient = OverridesGradient()
  ) {
    self.gradient = gradient
    self.overrides = overrides
  }

  /// The same among so many tokens, the others of which have a gradient of zero.
  func placing(at tokens: [Int], count: Int) -> RoutedGradient {
    var placed = self
    placed.gradient.input = gradient.input.placingEntries(at: tokens, count: count)
    placed.overrides = overrides.placing(at: tokens, count: count)
    return placed
  }
}

/// The result of a routed layer's forward pass.
public protocol RoutedPass: LayerPass {
  /// Where each token went.
  var routing: Routing { get }

  /// The values of the auxiliary losses, one by one; none in inference.
  var losses: [NamedLoss] { get }
}

extension RoutedPass {
  /// The sum of the auxiliary losses.
  public var auxiliaryLoss: Float { losses.reduce(0) { $0 + $1.value } }
}

extension MixtureOfExperts: RoutedLayer, BalancedLayer {}
extension MixtureOfExperts.Pass: RoutedPass {}
