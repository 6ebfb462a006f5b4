/// A plan to make experts of a dense feed-forward network that was trained.
///
/// Each of the ``copies`` of the network is cut along its hidden units into ``parts``, of which each
/// becomes an expert: expert c·parts + p is part p of copy c. A part's output is multiplied by the
/// number of parts, in its last map, so that the average of a copy's parts is the network; the last
/// map's bias is not. So where the parts of a copy have the same logits, as
/// ``GateSpecification/repeated(_:)`` gives them, and weights add up to one, the layer gives what
/// the network gave:
/// - with one part and one expert a token of weight one, the same bits;
/// - with one part and k experts a token, within the rounding of Σⱼ wⱼ, which is one within (k + 1)·u,
///   and of the k products and sums: (2k + 1)·u of each number, to first order;
/// - with several parts, within the rounding of that and of a sum over hidden units in another
///   order.
///
/// **Noise** tells copies apart: all numbers of all copies but the first are multiplied by 1 + ε·n.
/// **Drawing anew** does so too: of each expert, the first copy's included, the share r of its
/// hidden units, chosen at random, gets weights and biases of a normal distribution, whose mean and
/// deviation are those of the same units before, map by map.
///
/// Source: Komatsuzaki and others, "Sparse upcycling", arXiv 2212.05055; parts with one router row a
/// copy: He and others, arXiv 2410.07524, which scale all maps instead of the last one, so that
/// theirs is exact for rectified units alone; drawing anew: Nakamura and others, "Drop-upcycling",
/// arXiv 2502.19261.
public struct Upcycling: Sendable, Hashable, Codable {
  /// How many copies of the network there are.
  public var copies: Int
  /// How many experts each copy is cut into.
  public var parts: Int
  /// The size ε of the noise; 0 for none.
  public var noise: Float
  /// The share r of the hidden units that are drawn anew; 0 for none.
  ///
  /// Drop-upcycling took 0.5.
  public var redrawnShare: Double

  /// A plan.
  ///
  /// - Parameters:
  ///   - copies: How many copies of the network there are.
  ///   - parts: How many experts each copy is cut into.
  ///   - noise: The size ε of the noise.
  ///   - redrawnShare: The share r of the hidden units that are drawn anew.
  public init(copies: Int, parts: Int = 1, noise: Float = 0, redrawnShare: Double = 0) {
    self.copies = copies
    self.parts = parts
    self.noise = noise
    self.redrawnShare = redrawnShare
  }

  /// The number of experts.
  public var expertCount: Int { max(copies, 0).multipliedReportingOverflow(by: parts).partialValue }

  /// Throws where a number is out of its range, or the parts would not be of one size.
  func check(hiddenSize: Int?) throws {
    for (name, count) in [("copies of a network", copies), ("parts of a network", parts)]
    where !(1...Int(Int32.max)).contains(count) {
      throw MoEError.configuration(name, value: "\(count)", expected: "at least 1")
    }
    guard noise >= 0, noise.isFinite else {
      throw MoEError.configuration(
        "noise of copies", value: "\(noise)", expected: "a finite number, at least 0")
    }
    guard redrawnShare >= 0, redrawnShare <= 1 else {
      throw MoEError.configuration(
        "share of hidden units that are drawn anew", value: "\(redrawnShare)", expected: "0 to 1")
    }
    guard let hiddenSize else {
      guard parts == 1, redrawnShare == 0 else {
        throw MoEError.configuration(
          "parts of a network, and share that is drawn anew", value: "\(parts), \(redrawnShare)",
          expected: "1 and 0, as the network is none of known hidden units")
      }
      return
    }
    guard hiddenSize % parts == 0, hiddenSize > 0 else {
      throw MoEError.configuration(
        "parts of a network", value: "\(parts)",
        expected: "a divisor of its \(hiddenSize) hidden units")
    }
  }

  /// The experts' maps to hidden units.
  func expanding(_ map: Linear) -> GroupedLinear {
    let shape = [parts, map.outputSize / parts]
    let edit = Array(repeatElement(0..<parts, count: copies).joined())
    return GroupedLinear(
      weight: map.weight.reshaped(to: shape + [map.inputSize]).gatheringEntries(edit),
      bias: map.bias.map { $0.reshaped(to: shape).gatheringEntries(edit) })
  }

  /// The experts' maps from hidden units, multiplied by the number of parts.
  func contracting(_ map: Linear) -> GroupedLinear {
    let size = map.inputSize / parts
    let columns = map.weight.transposed()
    var weights: [Tensor] = (0..<parts).map { part in
      columns[entries: part * size..<(part + 1) * size].transposed()
        .reshaped(to: [1, map.outputSize, size])
    }
    if parts > 1 { weights = weights.map { $0 * Float(parts) } }
    let weight = Tensor(concatenatingEntries: weights)
    return GroupedLinear(
      weight: weight.gatheringEntries(Array(repeatElement(0..<parts, count: copies).joined())),
      bias: map.bias.map {
        $0.reshaped(to: [1, map.outputSize])
          .gatheringEntries(Array(repeating: 0, count: copies * parts))
      })
  }

  /// Adds noise to all copies but the first.
  func addNoise(
    to group: inout some ExpertGroup, using generator: inout some RandomNumberGenerator
  ) throws {
    guard noise != 0 else { return }
    for expert in parts..<copies * parts {
      try group.visitParameters(ofExpert: expert) {
        $1 *= 1 + noise * .normal(shape: $1.shape, using: &generator)
      }
    }
  }
}

// MARK: - Hidden units that are drawn anew

extension Upcycling {
  /// Draws the weights of some hidden units of each expert anew.
  ///
  /// - Parameters:
  ///   - ups: The maps to hidden units: a row a unit.
  ///   - down: The map from hidden units: a column a unit.
  ///   - generator: The source of randomness.
  /// - Returns: All maps, in the same order.
  func redrawing(
    _ ups: [GroupedLinear], _ down: GroupedLinear,
    using generator: inout some RandomNumberGenerator
  ) -> (ups: [GroupedLinear], down: GroupedLinear) {
    let size = down.inputSize
    let count = Int((redrawnShare * Double(size)).rounded(.down))
    guard count > 0 else { return (ups, down) }
    var (ups, down) = (ups, down)
    for expert in 0..<down.expertCount {
      let units = generator.permutation(of: size).prefix(count).sorted()
      for index in ups.indices {
        ups[index].visitParameters(ofExpert: expert) {
          Upcycling.redraw(&$1, units: units, areRows: true, using: &generator)
        }
      }
      down.visitParameters(ofExpert: expert) { name, parameter in
        guard name == "weight" else { return }
        Upcycling.redraw(&parameter, units: units, areRows: false, using: &generator)
      }
    }
    return (ups, down)
  }

  /// Draws some rows or columns anew, with the mean and the deviation that they have.
  private static func redraw(
    _ tensor: inout Tensor, units: [Int], areRows: Bool,
    using generator: inout some RandomNumberGenerator
  ) {
    let rows = tensor.rank == 1 ? tensor.reshaped(to: [tensor.count, 1]) : tensor
    let byUnit = areRows ? rows : rows.transposed()
    let own = byUnit.gatheringEntries(units)
    let mean = own.mean()
    let deviation = Float(((own - mean).squaredNorm() / Double(own.count)).squareRoot())
    var drawn = byUnit
    let new = Tensor.normal(
      mean: mean, standardDeviation: deviation, shape: own.shape, using: &generator)
    for (place, unit) in units.enumerated() {
      drawn[entries: unit..<unit + 1] = new[entries: place..<place + 1]
    }
    tensor = (areRows ? drawn : drawn.transposed()).reshaped(to: tensor.shape)
  }
}

// MARK: - Specifications

extension ExpertSpecification {
  /// Experts made of a dense network of two maps.
  ///
  /// - Parameters:
  ///   - network: The network, of the sizes of the layer.
  ///   - plan: How many experts are made of it, and how they are told apart.
  /// - Returns: A specification of ``FeedForwardExperts``, which throws in a layer of other sizes,
  ///   or where a number of the plan cannot work.
  public static func upcycled(_ network: FeedForward, _ plan: Upcycling) -> ExpertSpecification {
    ExpertSpecification(count: plan.expertCount) { _, _, generator in
      try plan.check(hiddenSize: network.up.outputSize)
      let maps = plan.redrawing(
        [plan.expanding(network.up)], plan.contracting(network.down), using: &generator)
      var group = FeedForwardExperts(
        up: maps.ups[0], down: maps.down, activation: network.activation)
      try plan.addNoise(to: &group, using: &generator)
      return group
    }
  }

  /// Experts made of a dense gated network.
  ///
  /// - Parameters:
  ///   - network: The network, of the sizes of the layer.
  ///   - plan: How many experts are made of it, and how they are told apart.
  /// - Returns: A specification of ``GatedFeedForwardExperts``, which throws in a layer of other
  ///   sizes, or where a number of the plan cannot work.
  public static func upcycled(
    _ network: GatedFeedForward, _ plan: Upcycling
  ) -> ExpertSpecification {
    ExpertSpecification(count: plan.expertCount) { _, _, generator in
      try plan.check(hiddenSize: network.up.outputSize)
      let maps = plan.redrawing(
        [plan.expanding(network.gate), plan.expanding(network.up)],
        plan.contracting(network.down), using: &generator)
      var group = GatedFeedForwardExperts(
        gate: maps.ups[0], up: maps.ups[1], down: maps.down, activation: network.activation)
      try plan.addNoise(to: &group, using: &generator)
      return group
    }
  }

  /// Experts that are copies of any layer.
  ///
  /// - Parameters:
  ///   - layer: The layer, of the sizes of the mixture.
  ///   - plan: How many copies there are, and how they are told apart; of one part, and with
  ///     nothing drawn anew, as it is not known what the layer is made of.
  /// - Returns: A specification of ``PerExpert``, which throws in a layer of other sizes, or where a
  ///   number of the plan cannot work.
  public static func upcycled<Expert: Layer>(
    _ layer: Expert, _ plan: Upcycling
  ) -> ExpertSpecification {
    ExpertSpecification(count: plan.expertCount) { _, _, generator in
      try plan.check(hiddenSize: nil)
      var group = PerExpert(Array(repeating: layer, count: plan.copies))
      try plan.addNoise(to: &group, using: &generator)
      return group
    }
  }
}
