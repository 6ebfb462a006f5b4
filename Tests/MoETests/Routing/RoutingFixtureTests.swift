import MoE
import Testing

/// The routing of models, from golden data of reference implementations.
@Suite struct RoutingFixtureTests {
  @Test(arguments: FixtureModel.all)
  func modelGivesItsRouting(model: FixtureModel) throws {
    let io = try SafetensorsReader(model.name, "io")
    let routing = try model.router()
      .forward(io.tensor("input", shape: [33, 32]), context: .inference).routing
    Golden.expect(routing.logits, try io.doubles("router_logits"), "logits")
    #expect(try routing.load == io.integers("tokens_per_expert"))
    let experts = try io.integers("topk_index")
    let weights = try io.doubles("topk_weight").map { $0 * model.factorAfterSum }
    if model.name.hasPrefix("deepseek") || model.selectionBias != nil {
      // The files order them by weight, which is not always the order of choice.
      let slots = routing.slotCount
      var spread = [Double](repeating: 0, count: 33 * routing.expertCount)
      for token in 0..<33 {
        for route in token * slots..<(token + 1) * slots {
          spread[token * routing.expertCount + experts[route]] = weights[route]
        }
        #expect(
          Set(routing.experts(of: token)) == Set(experts[token * slots..<(token + 1) * slots]))
      }
      Golden.expect(routing.selection.spread(routing.weights), spread, "weights")
    } else {
      #expect(routing.experts.map(Int.init) == experts)
      Golden.expect(routing.weights, weights, "weights")
    }
  }
}
