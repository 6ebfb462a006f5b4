import MoE

/// What became of a plan.
enum PropertyOutcome {
  /// The layer could not be made.
  case refused(MoEError)
  /// The layer was made, and did not take the batch.
  case thrown(MoEError)
  /// It works, and keeps these promises.
  case kept([String])
  /// It does not keep one.
  case broken(check: String, found: String)

  /// Makes the layer of a plan, runs it, and holds it to what it promises.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - check: The name of the one check that is made; unless given, those of the plan's share
  ///     are.
  init(_ plan: PropertyPlan, only check: String? = nil) {
    var subject: PropertySubject
    let run: PropertyRun
    do {
      subject = try PropertySubject(plan)
    } catch let error as MoEError {
      self = .refused(error)
      return
    } catch {
      self = .broken(check: "typed errors", found: "\(error)")
      return
    }
    do {
      try subject.damage()
      run = try subject.run()
    } catch let error as MoEError {
      self = .thrown(error)
      return
    } catch {
      self = .broken(check: "typed errors", found: "\(error)")
      return
    }
    var kept: [String] = []
    // A token that is broken where no gate sees it breaks numbers, of which nothing can be said.
    guard plan.tokens.broken == nil, !plan.isDamaged else {
      self = .kept([])
      return
    }
    var shares = SeededGenerator(seed: plan.seed ^ 0x73_68)
    for known in PropertyCheck.all {
      let isOfShare = Double.random(in: 0..<1, using: &shares) < known.share
      guard check.map({ $0 == known.name }) ?? isOfShare else { continue }
      do {
        if try known.body(subject, run) { kept.append(known.name) }
      } catch {
        self = .broken(check: known.name, found: "\(error)")
        return
      }
    }
    self = .kept(kept)
  }

  /// The check that failed.
  var brokenCheck: String? { if case .broken(let check, _) = self { check } else { nil } }
}
