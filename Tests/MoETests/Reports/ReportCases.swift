import Foundation
import MoE

/// Reports of known routes, and of all that a report can be made of.
enum ReportCases {
  /// A routing of the given experts, token by token.
  ///
  /// - Parameters:
  ///   - experts: The experts of each token, as many for all; −1 for an empty slot.
  ///   - expertCount: The number of experts.
  ///   - weights: Their weights; those of 1, ½, ⅓ … unless given.
  ///   - outcomes: What became of each route; all were taken unless given.
  /// - Returns: The routing.
  static func routing(
    _ experts: [[Int32]], of expertCount: Int, weights: [[Float]]? = nil,
    outcomes: [RouteOutcome]? = nil
  ) -> Routing {
    let slots = experts.first?.count ?? 1
    let logits = Tensor(zeros: [experts.count, expertCount])
    let falling: [Float] = (0..<slots).map { 1 / Float($0 + 1) }
    let scalars: [Float] = (weights ?? experts.map { _ in falling }).flatMap(\.self)
    return Routing(
      selection: Selection(
        logits: logits, scores: logits,
        selected: SelectedExperts(experts.flatMap(\.self), slotCount: slots)),
      weights: Tensor(scalars, shape: [experts.count, slots]), outcomes: outcomes)
  }

  /// Four tokens through two layers: three experts, two a token, and two experts, one a token.
  static let known: [Routing] = [
    routing(
      [[0, 1], [0, 2], [1, 0], [0, 1]], of: 3,
      weights: [[0.75, 0.25], [0.5, 0.25], [0.875, 0.125], [0.5, 0.5]]),
    routing([[1], [1], [0], [1]], of: 2),
  ]

  /// The report of the known routes.
  static func knownReport() throws -> RoutingReport {
    var report = RoutingReport(title: "Known")
    try report.add(known, tokens: ["a", "b", "c", "d"], groups: ["odd", "even", "odd", "even"])
    return report
  }

  /// A routing of many tokens by a rule that prefers the lower experts.
  static func many(tokens: Int, experts: Int, slots: Int, seed: UInt64) -> Routing {
    var generator = SeededGenerator(seed: seed)
    let chosen = (0..<tokens).map { _ -> [Int32] in
      var own: [Int32] = []
      while own.count < slots {
        let (first, second) = (generator.next() >> 33, generator.next() >> 33)
        let expert = Int32(min(first, second) % UInt64(experts))
        if !own.contains(expert) { own.append(expert) }
      }
      return own
    }
    return routing(chosen, of: experts)
  }

  /// Texts that would do harm if they stood in a page as they are.
  static let hostile = [
    "</script><svg onload=alert(1)>", "<img src=x onerror='alert(1)'>", "\"><script>1</script>",
    "&amp;", "\u{202E}gnal", "a\u{0}b\u{7}\u{1B}[2J", "👩‍👩‍👧 é 漢字", "", " ", "\n", "\t", "\\u003c",
    "]]>", "<!--", "\u{2028}", "$&", "`${1}`", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  ]

  /// Reports of every kind, by name.
  static func all() throws -> [(name: String, report: RoutingReport)] {
    var cases: [(name: String, report: RoutingReport)] = [
      ("nothing", RoutingReport()), ("known", try knownReport()),
    ]
    func add(_ name: String, _ change: (inout RoutingReport) throws -> Void) throws {
      var report = RoutingReport(title: name)
      try change(&report)
      cases.append((name, report))
    }
    try add("no tokens") { try $0.add([routing([], of: 3)]) }
    try add("no title") { $0.title = "" }
    try add("one of one") { try $0.add([routing([[0]], of: 1)], tokens: ["x"], groups: ["g"]) }
    try add("all dropped") {
      let outcomes = Array(repeating: RouteOutcome.dropped, count: 40)
      let routing = routing(
        Array(repeating: [0, 1], count: 20), of: 4, outcomes: outcomes)
      try $0.add([routing, routing], groups: Array(repeating: "g", count: 20))
      $0.addStep(0, [routing, routing], metrics: ["loss": .nan, "far": .infinity])
      $0.addStep(1, [routing, routing], metrics: ["loss": 1, "far": 1e308])
      $0.addStep(2, [routing], metrics: ["loss": .nan, "far": -1e308])
    }
    try add("no slots") {
      let logits = Tensor(zeros: [3, 4])
      try $0.add([
        Routing(
          selection: Selection(
            logits: logits, scores: logits, selected: SelectedExperts([], slotCount: 0)),
          weights: Tensor(zeros: [3, 0]))
      ])
    }
    try add("no number") {
      try $0.add([routing([[0, 1], [1, 0]], of: 2, weights: [[.nan, .infinity], [-1, 2]])])
    }
    try add("huge weights") {
      let weights: [[Float]] = [[1e30, 1], [-3e38, 1e-30]]
      try $0.add([routing([[0, 1], [1, 0]], of: 2, weights: weights)], groups: ["g", "g"])
    }
    try add("hostile") {
      $0.title = hostile.joined()
      $0.layerNames = hostile
      $0.expertNames = hostile
      let routing = many(tokens: hostile.count, experts: 20, slots: 2, seed: 1)
      try $0.add([routing, routing], tokens: hostile, groups: hostile)
      $0.addStep(0, [routing, routing], metrics: [hostile[0]: 1])
    }
    try add("many experts") {
      let layers = (0..<9).map { many(tokens: 40, experts: 100, slots: 4, seed: UInt64($0)) }
      try $0.add(layers, groups: (0..<40).map { "group \($0)" })
      for step in 0..<3 { $0.addStep(step, layers) }
    }
    return cases
  }
}
