import MoE

// What becomes of parts of one's own where experts change, by the public API alone.

extension OwnLinearGate {
  func editingExperts(_ edit: ExpertEdit) -> OwnLinearGate {
    OwnLinearGate(linear: Linear(weight: edit(linear.weight)), promises: promises)
  }

  mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows { try Self.visit("weight", of: &linear.weight, expert: expert, visit) }
}

extension OwnMappedExperts {
  func editingExperts(_ edit: ExpertEdit) -> OwnMappedExperts {
    OwnMappedExperts(map: map.editingExperts(edit))
  }

  mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows { try map.visitParameters(ofExpert: expert) { try visit("map.\($0)", &$1) } }
}

extension OwnJitter: ExpertAgnostic {}
extension OwnTopKSelector: ExpertAgnostic {}
extension OwnLoadBalancingLoss: ExpertAgnostic {}
extension OwnSignUpdate: ExpertAgnostic {}
