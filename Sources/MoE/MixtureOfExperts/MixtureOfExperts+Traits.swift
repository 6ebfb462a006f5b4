/// What the layer knows of its experts, and tells its router.
extension MixtureOfExperts {
  /// What is known of each expert, by its group.
  public var expertTraits: [ExpertTraits] {
    expertGroups.flatMap { Array(repeating: $0.traits, count: $0.expertCount) }
  }

  /// How much each expert costs a token, in relation to the others.
  public var relativeCosts: [Double] { expertTraits.map(\.relativeCost) }

  /// Tells the router what experts there are; one of another number of experts is left alone, until
  /// its turn comes to be replaced.
  mutating func tellRouter() {
    let traits = expertTraits
    guard traits.count == router.expertCount, traits != router.expertTraits else { return }
    router.expertTraits = traits
  }

  /// Throws where a cost cannot be one.
  static func check(_ traits: ExpertTraits, of group: any ExpertGroup) throws {
    guard traits.relativeCost >= 0, traits.relativeCost.isFinite else {
      throw MoEError.configuration(
        "relative cost of \(type(of: group))", value: "\(traits.relativeCost)",
        expected: "a finite number, at least 0")
    }
  }

  /// The experts of each group, and whether they read rows.
  var expertSpans: [ExpertSpan] { expertSpans(expertRanges) }

  /// The same, where the experts of each group are known.
  func expertSpans(_ ranges: [Range<Int>]) -> [ExpertSpan] {
    zip(ranges, expertGroups).map { ExpertSpan($0, $1.traits) }
  }
}
