/// What does not go together in a layer.
extension MixtureOfExperts {
  /// Throws where tokens would stand in for outputs of another size.
  static func checkPassThrough(
    _ routing: RoutingStrategy, inputSize: Int, outputSize: Int
  ) throws {
    guard
      routing.capacity.overflow == .passThrough
        || routing.weighting.promises.contains(.keepsRemainder)
    else {
      return
    }
    guard inputSize == outputSize else {
      throw MoEError.configuration(
        "output size", value: "\(outputSize)",
        expected: "\(inputSize), as tokens stand in for experts' outputs")
    }
  }

  static func check(_ setting: String, _ value: Int) throws {
    guard value > 0 else {
      throw MoEError.configuration(setting, value: "\(value)", expected: "at least 1")
    }
  }

  /// Throws where a balancing loss or an update after a step cannot work with the router.
  func checkUpdates() throws {
    for loss in balancingLosses { try loss.check(router) }
    try stepUpdates.check(router)
  }

  /// Throws where a group is not of the given sizes.
  static func check(
    _ group: any ExpertGroup, from inputSize: Int, to outputSize: Int
  ) throws {
    guard group.inputSize == inputSize, group.outputSize == outputSize else {
      throw MoEError.configuration(
        "expert group", value: "from \(group.inputSize) to \(group.outputSize)",
        expected: "from \(inputSize) to \(outputSize)")
    }
  }

  /// Throws where shared experts count the routes of a token, and it has none.
  static func check(_ shared: SharedExperts?, router: Router) throws {
    guard shared?.combination == .averageOverRoutes, router.strategy.slotsPerExpert != nil else {
      return
    }
    throw MoEError.configuration(
      "combination with shared experts", value: "averageOverRoutes",
      expected: "another one, as tokens of a soft mixture have no routes")
  }
}
