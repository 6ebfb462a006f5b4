import Foundation
import MoE
import Testing

/// Whatever is put together either throws a typed error or keeps all its promises.
@Suite struct PropertyTests {
  /// The seed of the first plan; the others follow it.
  private static let seed = environment("MOE_PROPERTY_SEED").map(UInt64.init) ?? 1
  /// How many plans are made.
  private static let count = environment("MOE_PROPERTY_COUNT").map(Int.init) ?? usualCount

  #if DEBUG
    private static let usualCount = 400
  #else
    private static let usualCount = 20_000
  #endif

  private static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }

  @Test func everyConfigurationThrowsOrKeepsItsPromises() throws {
    let (seed, count) = (
      try #require(Self.seed, "MOE_PROPERTY_SEED is no number of at least 0"),
      try #require(Self.count, "MOE_PROPERTY_COUNT is no number")
    )
    // A trap ends the process: the last line then says in which plan.
    let traces = Self.environment("MOE_PROPERTY_TRACE") != nil
    var (kept, errors, failures) = ([String: Int](), [String: Int](), [String: Int]())
    var working = 0
    for index in 0..<count {
      let plan = PropertyGenerator.plan(seed: seed &+ UInt64(index))
      if traces { FileHandle.standardError.write(Data("\(plan.seed)\n".utf8)) }
      switch PropertyOutcome(plan) {
      case .refused(let error), .thrown(let error): errors[Self.kind(of: error), default: 0] += 1
      case .kept(let names):
        working += 1
        for name in names { kept[name, default: 0] += 1 }
      case .broken(let check, let found):
        failures[check, default: 0] += 1
        // One of a kind is enough to look at.
        if failures[check, default: 0] <= 2 { Self.report(plan, check, found) }
      }
    }
    if traces || Self.environment("MOE_PROPERTY_SUMMARY") != nil {
      print("\(working) of \(count) work;", kept, failures)
      for (error, count) in errors.sorted(by: { $0.value > $1.value }) { print(count, error) }
    }
    #expect(failures.isEmpty)
    // Few plans say nothing of shares.
    guard count >= 300 else { return }
    #expect(Double(working) > 0.3 * Double(count))
    // Else a derivative that is never looked at would be right.
    #expect(kept["derivative", default: 0] > count / 15)
    guard count >= 5000 else { return }
    for check in PropertyCheck.all where check.name != "kernels" {
      let share = Double(kept[check.name, default: 0]) / Double(working)
      #expect(share > 0.002 * check.share, "\(check.name): \(share) of those that work")
    }
    #expect(errors.count > 40)
  }

  /// What an error is about.
  private static func kind(of error: MoEError) -> String {
    switch error {
    case .configuration(let setting, _, _): setting
    case .shape(let tensor, _, _): "shape of \(tensor)"
    case .nonFiniteLogit: "logit"
    case .untrainableGate: "gate"
    }
  }

  private static func report(_ plan: PropertyPlan, _ check: String, _ found: String) {
    let small = plan.shrunk(failing: check)
    var message = "\(check): \(found)\n\(plan)\nsmallest:\n\(small)\n"
    if case .broken(_, let found) = PropertyOutcome(small, only: check) {
      message += "  there: \(found)\n"
    }
    message +=
      "again: MOE_PROPERTY_SEED=\(plan.seed) MOE_PROPERTY_COUNT=1 swift test --filter PropertyTests"
    Issue.record(Comment(rawValue: message))
  }
}
