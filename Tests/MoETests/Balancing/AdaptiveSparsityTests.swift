import Foundation
import MoE
import Testing

@Suite struct AdaptiveSparsityTests {
  private static func routing(_ tokens: Tensor, mode: PassMode = .training(step: 0)) throws
    -> Routing
  {
    try Selecting.router(.relu(), experts: tokens.columnCount).forward(
      tokens, context: LayerContext(mode)
    )
    .routing
  }

  /// Every expert of every token, and none.
  private static func dense() throws -> Routing {
    try routing(Tensor(repeating: 1, shape: [3, 4]))
  }
  private static func empty() throws -> Routing {
    try routing(Tensor(repeating: -1, shape: [3, 4]))
  }

  /// λ·E·Σₑ (Σₜ s/T)·(nₑ/(T·K)), as the code of ReMoE has it.
  @Test func hasTheScaleOfItsSource() throws {
    let routing = try Self.routing([[2, 0.5, -1, 0], [1, -1, -1, 3]])
    #expect(routing.demand == [2, 1, 0, 1])
    // (3·2 + 0.5·1 + 3·1)/2 · 4/(2·2), times λ.
    let loss = AdaptiveSparsityLoss(targetCount: 2, coefficient: 0.5)
    #expect(abs(loss(routing).value - 0.5 * 9.5 / 2) <= 8 * 0x1p-24 * 2.375)
    // Even loads: λ times the mean over tokens of the sum of scores.
    #expect(
      AdaptiveSparsityLoss(targetCount: 4, coefficient: 0.5)(try Self.dense()).value == 2)
  }

  /// λ comes back from where it was driven, within as many steps as it takes between the ends of
  /// its range.
  @Test func neverDiesNorOverflows() throws {
    var loss = AdaptiveSparsityLoss(targetCount: 2)
    let (low, high) = (
      AdaptiveSparsityLoss.coefficientRange.lowerBound,
      AdaptiveSparsityLoss.coefficientRange.upperBound
    )
    for _ in 0..<2000 { try loss.update(after: [try Self.empty()]) }
    #expect(loss.coefficient == low)
    try loss.update(after: [try Self.dense()])
    #expect(loss.coefficient > low)
    for _ in 0..<2000 { try loss.update(after: [try Self.dense()]) }
    #expect(loss.coefficient == high)
    try loss.update(after: [try Self.empty()])
    #expect(loss.coefficient < high)
    var fromZero = AdaptiveSparsityLoss(targetCount: 2, coefficient: 0)
    try fromZero.update(after: [try Self.dense()])
    #expect(fromZero.coefficient == low)
  }

  /// The layer's losses are updated as they are listed, with no cast; others stay.
  @Test func isUpdatedWithTheOthers() throws {
    var layer = try SmallLayers.layer(.relu())
    layer.balancingLosses = [
      .routerZ(), AdaptiveSparsityLoss(targetCount: 2, coefficient: 1, rate: 2),
    ]
    let dense = try Self.dense()
    let before = layer.balancingLosses.map { $0(dense).value }
    try layer.finishStep(TrainingStep([dense]))
    #expect(layer.balancingLosses.map { $0(dense).value } == [before[0], 2 * before[1]])
  }

  /// Micro-batches are measured together; passes in inference change nothing.
  @Test func measuresWholeSteps() throws {
    var loss = AdaptiveSparsityLoss(targetCount: 2, coefficient: 1, rate: 2)
    try loss.update(after: [try Self.dense(), try Self.empty()])
    #expect(loss.coefficient == 1)
    try loss.update(after: [
      try Self.routing(Tensor(repeating: 1, shape: [3, 4]), mode: .inference)
    ])
    try loss.update(after: [])
    #expect(loss.coefficient == 1)
    try loss.update(after: [try Self.dense(), try Self.dense(), try Self.empty()])
    #expect(loss.coefficient == 2)
  }

  @Test func isSavedAndRestored() throws {
    var loss = AdaptiveSparsityLoss(targetCount: 2, coefficient: 1, rate: 3)
    try loss.update(after: [try Self.dense()])
    let restored = try JSONDecoder().decode(
      AdaptiveSparsityLoss.self, from: JSONEncoder().encode(loss))
    #expect(restored == loss && restored.coefficient == 3)
  }
}
