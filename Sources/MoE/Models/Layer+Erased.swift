/// Passes of layers whose type is not known.
extension Layer {
  /// The forward pass.
  func anyForward(_ input: Tensor, context: LayerContext) throws -> any LayerPass {
    try forward(input, context: context)
  }

  /// The backward pass, from a pass of this layer; another traps.
  func anyBackward(
    _ outputGradient: Tensor, pass: any LayerPass
  ) throws -> (input: Tensor, parameters: any Layer) {
    let back = try backward(outputGradient, pass: own(pass))
    return (back.input, back.parameters)
  }

  /// A pass of this layer; another traps.
  fileprivate func own(_ pass: any LayerPass) -> Pass {
    guard let own = pass as? Pass else {
      fatalError("\(Self.self).backward: a pass of type \(type(of: pass)), expected \(Pass.self)")
    }
    return own
  }
}

extension RoutedLayer {
  /// The forward pass under live conditions.
  func anyForward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides
  ) throws -> any RoutedPass {
    try forward(tokens, context: context, overrides: overrides)
  }

  /// The backward pass, from a pass of this layer; another traps.
  func anyBackward(
    _ outputGradient: Tensor, routing: RoutingGradient, pass: any LayerPass
  ) throws -> (input: Tensor, parameters: any Layer, overrides: OverridesGradient) {
    let back = try backward(outputGradient, routing: routing, pass: own(pass))
    return (back.gradient.input, back.gradient.parameters, back.overrides)
  }
}

extension CachedRoutedAttention {
  /// The forward pass of further tokens under live conditions.
  func anyForward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides,
    cache: inout KeyValueCache
  ) throws -> any RoutedPass {
    try forward(tokens, context: context, overrides: overrides, cache: &cache)
  }
}
