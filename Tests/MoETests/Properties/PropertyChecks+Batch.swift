import MoE

/// What does not depend on the rest of the batch.
extension PropertyCheck {
  /// Rows of NaN between the tokens change no bit, and neither does taking out those that there
  /// are.
  static func paddingDoesNotMatter(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    // Sequences of a fixed length are cut by where tokens stand, padding included.
    for loss in subject.layer.balancingLosses {
      if case .sequences = (loss as? LoadBalancingLoss)?.scope { return false }
    }
    let valid = subject.validTokens
    if valid.count < subject.tokens.rowCount {
      var bare = subject.picking(valid)
      bare.context.batch.padding = nil
      bare.context.batch.positions = subject.context.batch.positions.map { all in
        valid.map { all[$0] }
      }
      bare.context.batch.sequenceLengths = subject.context.batch.sequenceLengths.map { lengths in
        var start = 0
        return lengths.map { length in
          defer { start += length }
          return (start..<start + length).count { !subject.context.batch.isPadding($0) }
        }
      }
      try compare(try bare.run(), run.picking(valid), "padding changes nothing")
      return true
    }
    guard subject.context.batch.sequenceLengths == nil else { return false }
    var padded = subject
    var generator = SeededGenerator(seed: subject.plan.seed ^ 0x70_61)
    let places = padded.addPadding(using: &generator)
    let other = try padded.run()
    for token in 0..<padded.tokens.rowCount where !places.contains(token) {
      try expect(
        other.pass.output.isZero(row: token) && other.inputGradient?.isZero(row: token) ?? true,
        "padding gives zero", "token \(token)")
    }
    try compare(run, other.picking(places), "padding changes nothing")
    return true
  }

  /// The same tokens' outputs and routes, and the same gradients of parameters.
  private static func compare(
    _ run: PropertyRun, _ other: PickedRun, _ promise: String
  ) throws {
    let all = Array(0..<run.pass.output.rowCount)
    try run.picking(all).expectSame(other, promise)
    try expect(
      run.pass.losses == other.losses, promise, "\(other.losses), not \(run.pass.losses)")
    for (mine, theirs) in zip(run.parameterGradients, other.parameterGradients) {
      try expect(
        mine.parameter.hasBits(of: theirs.parameter), promise, "another gradient of \(mine.name)")
    }
  }

  /// One token alone has the bits that it has among others.
  static func tokenAloneIsTheSame(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    guard subject.layer.router.strategy.isTokenLocal else { return false }
    let valid = subject.validTokens
    guard valid.count > 1 else { return false }
    let token = valid[Int(subject.plan.seed % UInt64(valid.count))]
    let alone = try subject.picking([token]).run()
    // Auxiliary losses are of all tokens.
    let hasGradient = subject.layer.balancingLosses.isEmpty
    try run.picking([token], hasGradient: hasGradient).expectSame(
      alone.picking([0], hasGradient: hasGradient), "one token alone")
    return true
  }

  /// Later tokens leave earlier outputs alone.
  static func laterTokensDoNotMatter(
    _ subject: PropertySubject, _ run: PropertyRun
  ) throws -> Bool {
    guard subject.layer.router.strategy.isCausal, subject.tokens.rowCount > 1 else { return false }
    let count = subject.tokens.rowCount
    let cut = 1 + Int(subject.plan.seed % UInt64(count - 1))
    var changed = subject
    var generator = SeededGenerator(seed: subject.plan.seed ^ 0x63_61)
    for token in cut..<count where !subject.context.batch.isPadding(token) {
      for column in 0..<subject.tokens.columnCount {
        changed.tokens[token, column] = Float.random(in: -3...3, using: &generator)
      }
    }
    if var previous = changed.overrides.previousLogits {
      for token in cut..<count {
        for column in 0..<previous.columnCount { previous[token, column] += 1 }
      }
      changed.overrides.previousLogits = previous
    }
    let earlier = Array(0..<cut)
    try run.picking(earlier, hasGradient: false).expectSame(
      try changed.run().picking(earlier, hasGradient: false), "later tokens")
    return true
  }

  /// What is switched off gets nothing, and a NaN of its parameters reaches nothing.
  static func disabledExpertsDoNotMatter(
    _ subject: PropertySubject, _ run: PropertyRun
  ) throws -> Bool {
    guard let expert = subject.layer.router.disabledExperts.min() else { return false }
    try expect(run.pass.routing.load[expert] == 0, "switched off", "a load")
    var broken = subject
    broken.layer.breakExpert(expert)
    try broken.run().expectSame(run, "switched off")
    return true
  }
}

/// What a pass gave for some of its tokens.
struct PickedRun {
  let output: Tensor
  let inputGradient: Tensor?
  let previousGradient: Tensor?
  /// The routes of each token, without empty slots.
  let routes: [[String]]
  let losses: [NamedLoss]
  let parameterGradients: [(name: String, parameter: Tensor)]

  func expectSame(_ other: PickedRun, _ promise: String) throws {
    try PropertyCheck.expect(
      routes == other.routes, promise, "routes \(routes), not \(other.routes)")
    try PropertyCheck.expect(output.hasBits(of: other.output), promise, "another output")
    for (name, mine, theirs) in [
      ("tokens", inputGradient, other.inputGradient),
      ("previous logits", previousGradient, other.previousGradient),
    ] {
      guard let mine, let theirs else { continue }
      try PropertyCheck.expect(mine.hasBits(of: theirs), promise, "another gradient of \(name)")
    }
  }
}

extension PropertyRun {
  func picking(_ tokens: [Int], hasGradient: Bool = true) -> PickedRun {
    let (routing, weights) = (pass.routing, pass.routing.weights.scalarArray)
    return PickedRun(
      output: pass.output.gatheringEntries(tokens),
      inputGradient: hasGradient ? inputGradient?.gatheringEntries(tokens) : nil,
      previousGradient: hasGradient ? previousGradient?.gatheringEntries(tokens) : nil,
      routes: tokens.map { token in
        (token * routing.slotCount..<(token + 1) * routing.slotCount).compactMap { route in
          routing.outcomes[route] == .empty
            ? nil
            : "\(routing.outcomes[route]) \(routing.chosenExperts[route]) "
              + "\(routing.experts[route]) \(weights[route].bitPattern)"
        }
      }, losses: pass.losses, parameterGradients: parameterGradients)
  }
}

extension PropertySubject {
  /// Puts rows of NaN between the tokens, and says where the tokens stand then.
  mutating func addPadding(using generator: inout SeededGenerator) -> [Int] {
    var (places, next) = ([Int](), 0)
    for _ in 0..<tokens.rowCount {
      next += Int.random(in: 0...1, using: &generator)
      places.append(next)
      next += 1
    }
    let count = next + Int.random(in: 1...2, using: &generator)
    func padded(_ tensor: Tensor) -> Tensor {
      var result = tensor.placingEntries(at: places, count: count)
      for token in 0..<count where !places.contains(token) {
        for column in 0..<tensor.columnCount { result[token, column] = .nan }
      }
      return result
    }
    func placed<Value>(_ values: [Value], _ other: Value) -> [Value] {
      var result = [Value](repeating: other, count: count)
      for (place, value) in zip(places, values) { result[place] = value }
      return result
    }
    tokens = padded(tokens)
    numbers = placed(numbers, 0)
    coefficients = padded(coefficients)
    overrides.previousLogits = overrides.previousLogits.map(padded)
    overrides.previousState = overrides.previousState.map(padded)
    overrides.routerInput = overrides.routerInput.map(padded)
    overrides.forcedExperts = Dictionary(
      uniqueKeysWithValues: overrides.forcedExperts.map { (places[$0], $1) })
    context.batch.positions = context.batch.positions.map { placed($0, 7) }
    context.batch.tokenIDs = context.batch.tokenIDs.map { placed($0, -5) }
    context.batch.padding = placed(Array(repeating: false, count: places.count), true)
    return places
  }
}

extension MixtureOfExperts {
  /// Sets every parameter of an expert to NaN.
  mutating func breakExpert(_ expert: Int) {
    var start = 0
    for index in expertGroups.indices {
      let (count, local) = (expertGroups[index].expertCount, expert - start)
      start += count
      guard (0..<count).contains(local) else { continue }
      expertGroups[index].visitParameters { name, parameter in
        // Norms and bases are of all experts.
        guard !name.hasPrefix("before."), !name.hasPrefix("after.") else { return }
        guard !name.hasPrefix("base."), !name.hasPrefix("experts.base.") else { return }
        let name = name.hasPrefix("experts.") ? String(name.dropFirst(8)) : name
        if name.first?.isNumber == true {
          if name.hasPrefix("\(local).") {
            parameter = Tensor(repeating: .nan, shape: parameter.shape)
          }
        } else {
          let size = parameter.count / count
          var scalars = parameter.mutableScalars
          for scalar in local * size..<(local + 1) * size { scalars[scalar] = .nan }
        }
      }
    }
  }
}
