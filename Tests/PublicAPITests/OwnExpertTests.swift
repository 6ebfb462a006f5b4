import MoE
import Testing

/// Experts that are put together by hand.
@Suite struct OwnExpertTests {
  static let size = 10

  static func layer(_ groups: [any ExpertGroup]) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 41)
    let count = groups.reduce(0) { $0 + $1.expertCount }
    return try MixtureOfExperts(
      router: Router(
        inputSize: size, expertCount: count, strategy: .topK(2), using: &generator),
      expertGroups: groups)
  }

  static func tokens() -> Tensor {
    var generator = SeededGenerator(seed: 42)
    return .normal(shape: [17, size], using: &generator)
  }

  static func maps(_ count: Int) -> GroupedLinear {
    var generator = SeededGenerator(seed: 43)
    return GroupedLinear(
      count: count, inputSize: size, outputSize: size, bias: true, using: &generator)
  }

  /// One map an expert, with weights taken care of by hand, against one ``Linear`` an expert.
  @Test func mapsByHandEqualLayers() throws {
    let maps = Self.maps(3)
    let layers = (0..<3).map { Linear(weight: maps.weight[entry: $0], bias: maps.bias?[entry: $0]) }
    let own = try Outcome(of: Self.layer([OwnMappedExperts(map: maps)]), Self.tokens())
    let ours = try Outcome(of: Self.layer([PerExpert(layers)]), Self.tokens())
    #expect(own.inference == ours.inference && own.packed == ours.packed)
    #expect(own.output == ours.output && own.inputGradient == ours.inputGradient)
    for expert in 0..<3 {
      for name in ["weight", "bias"] {
        let of = own.gradients["expertGroups.0.map.\(name)"]?[entry: expert]
        #expect(of != nil && of == ours.gradients["expertGroups.0.\(expert).\(name)"])
      }
    }
  }

  /// Experts that give nothing, or their tokens, against maps of zeros and of ones on the diagonal.
  @Test(arguments: [false, true])
  func idleExperts(copies: Bool) throws {
    var unit = Tensor(zeros: [2, Self.size, Self.size])
    if copies {
      for expert in 0..<2 { for index in 0..<Self.size { unit[expert, index, index] = 1 } }
    }
    let maps = OwnMappedExperts(map: Self.maps(3))
    let idle = OwnIdleExperts(
      expertCount: 2, inputSize: Self.size, output: copies ? .tokens : .zero)
    let own = try Self.layer([maps, idle])
    let ours = try Self.layer([maps, OwnMappedExperts(map: GroupedLinear(weight: unit))])
    #expect(own.relativeCosts == [1, 1, 1, 0, 0])
    let (first, second) = (
      try Outcome(of: own, Self.tokens()), try Outcome(of: ours, Self.tokens())
    )
    #expect(first.experts == second.experts && first.experts.contains { $0 > 2 })
    // What computes nothing is added in another order: sums of two products, and of as many
    // gradients.
    for (left, right) in [
      (first.output, second.output), (first.inputGradient, second.inputGradient),
      (first.gradients["router.gate.weight"], second.gradients["router.gate.weight"]),
    ] {
      let (left, right) = (try #require(left), try #require(right))
      let largest = right.scalarArray.reduce(Float(0)) { max($0, $1.magnitude) }
      for (left, right) in zip(left.scalarArray, right.scalarArray) {
        #expect((left - right).magnitude <= 64 * 0x1p-24 * largest)
      }
    }
  }

  /// Rows of a wrong shape trap with the name of the type.
  @Test func wrongOutputsTrap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let idle = OwnIdleExperts(
        expertCount: 2, inputSize: OwnExpertTests.size, output: .rows(Tensor(zeros: [1, 1])))
      let layer = try OwnExpertTests.layer([idle])
      _ = try layer(OwnExpertTests.tokens())
    }
    let printed = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
    #expect(printed.contains("OwnIdleExperts"))
  }
}
