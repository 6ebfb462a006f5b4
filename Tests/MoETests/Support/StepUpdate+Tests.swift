import MoE

/// Updates of a router by hand, as tests of a rule alone do.
extension SelectionBiasUpdate {
  func callAsFunction(_ router: inout Router, after routings: [Routing]) {
    var update = self
    update.update(&router, after: TrainingStep(routings))
  }
}

extension AdaptiveSparsityLoss {
  mutating func update(after routings: [Routing]) throws {
    var router = try Selecting.router(.relu(), experts: routings.first?.expertCount ?? 1)
    update(&router, after: TrainingStep(routings))
  }
}
