import Foundation
import MoE
import Testing

/// The numbers of reports, against such as were reckoned by hand.
@Suite struct RoutingReportTests {
  @Test func countsRoutesLeadsPairsAndWays() throws {
    let report = try ReportCases.knownReport()
    let layer = report.layers[0]
    #expect(report.tokenCount == 4 && layer.tokenCount == 4 && layer.expertCount == 3)
    #expect(layer.load == [4, 3, 1] && layer.unserved == [0, 0, 0])
    // Of equal weights the first slot leads.
    #expect(layer.leads == [3, 1, 0] && report.layers[1].leads == [1, 3])
    #expect(layer.weightSums == [1.875, 1.625, 0.25])
    #expect(layer.coactivation?.values == [4, 3, 1, 3, 3, 0, 1, 0, 1])
    #expect(layer.coactivationShares?.values == [1, 0.75, 0.25, 1, 1, 0, 1, 0, 1])
    #expect(layer.transitions?.values == [0, 3, 1, 0, 0, 0])
    #expect(layer.transitions?.rowShares.values == [0, 1, 1, 0, 0, 0])
    #expect(report.layers[1].transitions == nil)
    #expect(report.groups.map(\.name) == ["odd", "even"])
    #expect(report.groups.map(\.tokenCount) == [2, 2])
    #expect(layer.groupLoads.values == [2, 2, 0, 2, 1, 1])
    #expect(layer.shares(ofGroup: 1) == [0.5, 0.25, 0.25])
    #expect(layer.expertsPerToken == 2)
  }

  @Test func balanceIsThatOfTheStatistics() throws {
    let balance = try ReportCases.knownReport().layers[0].balance
    // Loads of 4, 3 and 1: variance 14/9 about 8/3. A few roundings each.
    let tolerance = 1e-14
    #expect(abs(balance.coefficientOfVariation - 14.0.squareRoot() / 8) < tolerance)
    #expect(abs(balance.maximumOverMean - 1.5) < tolerance)
    let entropy = -(0.5 * log(0.5) + 0.375 * log(0.375) + 0.125 * log(0.125)) / log(3.0)
    #expect(abs(balance.normalizedEntropy - entropy) < tolerance)
    #expect(balance.droppedShare == 0)
    let statistics = ReportCases.known[0].statistics
    #expect(abs(balance.coefficientOfVariation - statistics.coefficientOfVariation) < tolerance)
    // Those are of floats.
    #expect(abs(balance.normalizedEntropy - statistics.loadEntropy / log(3.0)) < 1e-6)
  }

  @Test func whatFoundNoRoomCountsForItsExpert() throws {
    let routing = ReportCases.routing(
      [[0, 1], [0, 2], [0, -1]], of: 4,
      outcomes: [.kept, .dropped, .passThrough, .redirected, .leftOut, .empty])
    var report = RoutingReport()
    try report.add([routing])
    let layer = report.layers[0]
    #expect(layer.load == [1, 0, 1, 0] && layer.unserved == [2, 1, 0, 0])
    #expect(layer.redirectedCount == 1 && layer.balance.droppedShare == 0.6)
    #expect(layer.deadExperts == [1, 3])
    // What no expert took leads nothing: the second token is led by the one that took it.
    #expect(layer.leads == [1, 0, 1, 0])
    #expect(layer.coactivation?.values.reduce(0, +) == 2)
  }

  @Test func whereAllGoToAllWeightsAreShared() throws {
    let routing = ReportCases.routing(
      [[0, 1], [0, 1]], of: 2, weights: [[0.75, 0.25], [0.5, 0.5]])
    var report = RoutingReport()
    try report.add([routing], groups: ["x", "y"])
    let layer = report.layers[0]
    #expect(layer.isDense && layer.sharesAreOfWeights && layer.shares == [0.625, 0.375])
    #expect(layer.shares(ofGroup: 0) == [0.75, 0.25] && layer.shares(ofGroup: 1) == [0.5, 0.5])
    // A recording has no weights unless they are asked for.
    var trace = RoutingTrace()
    trace.record(routing)
    let bare = try RoutingReport(trace)
    #expect(bare.layers[0].weightSums == nil && bare.layers[0].shares == [0.5, 0.5])
    #expect(!bare.layers[0].sharesAreOfWeights && bare.layers[0].isDense)
  }

  /// Weights count by their sizes: in sums, in shares, and for the lead.
  @Test func weightsBelowZeroCountByTheirSizes() throws {
    let routing = ReportCases.routing(
      [[0, 1], [0, 1], [0, 1]], of: 2, weights: [[-0.75, 0.25], [-0.5, 0.5], [0.125, -0.25]])
    var report = RoutingReport()
    try report.add([routing], groups: ["x", "y", "y"])
    let layer = report.layers[0]
    // Of equal sizes the first slot leads.
    #expect(layer.leads == [2, 1] && layer.weightSums == [1.375, 1])
    #expect(layer.sharesAreOfWeights && layer.shares(ofGroup: 0) == [0.75, 0.25])
    #expect(layer.shares(ofGroup: 1) == [0.625 / 1.375, 0.75 / 1.375])
    #expect(layer.groupWeights?.values == [0.75, 0.25, 0.625, 0.75])
  }

  @Test func alwaysOnAndSwitchedOffCountInNoBalance() throws {
    let logits = Tensor(zeros: [2, 4])
    let routing = Routing(
      selection: Selection(
        logits: logits, scores: logits, selected: SelectedExperts([0, 3, 0, 3], slotCount: 2)),
      weights: Tensor(repeating: 1, shape: [2, 2]), alwaysOnCount: 1, disabledExperts: [2])
    var report = RoutingReport()
    try report.add([routing])
    let layer = report.layers[0]
    #expect(layer.alwaysOnExperts == [3] && layer.disabledExperts == [2])
    #expect(layer.availableExperts == [0, 1] && layer.deadExperts == [1])
    #expect(layer.shares == [1, 0, 0, 0] && layer.evenShare == 0.5)
    #expect(layer.balance.coefficientOfVariation == 1 && layer.balance.maximumOverMean == 2)
    report.addStep(0, [routing])
    #expect(report.steps[0].layers == [layer.balance])
    // A recording tells which were always on.
    var trace = RoutingTrace()
    trace.record(routing)
    #expect(try RoutingReport(trace).layers[0].alwaysOnExperts == [3])
    // Switched off in one batch alone is not switched off.
    try report.add([ReportCases.routing([[2, 3]], of: 4)])
    #expect(report.layers[0].disabledExperts == [])
  }

  @Test func paddingIsLeftOut() throws {
    let layer = try SmallLayers.layer(.topK(2))
    var context = RoutingContext(.inference)
    context.padding = [false, true, false]
    let pass = try layer.forward(SmallLayers.normal([3, 4]), context: context)
    var report = RoutingReport()
    try report.add([pass.routing], tokens: ["a", "padding", "b"], groups: ["g", "none", "g"])
    #expect(report.tokenCount == 2 && report.groups.map(\.name) == ["g"])
    #expect(report.layers[0].load.reduce(0, +) == 4)
    #expect(!report.html().contains("padding\""))
  }

  @Test func batchesAddUp() throws {
    let routing = ReportCases.known[0]
    var twice = RoutingReport()
    try twice.add([routing])
    try twice.add([routing])
    #expect(twice.layers[0].load == [8, 6, 2] && twice.tokenCount == 8)
    #expect(twice.layers[0].coactivation?[0, 1] == 6)
    // With other numbers of slots too.
    try twice.add([ReportCases.routing([[2]], of: 3)])
    #expect(twice.layers[0].load == [8, 6, 3])
  }

  @Test func aTraceGivesWhatItsRoutingsGive() throws {
    var trace = RoutingTrace()
    for routing in ReportCases.known { trace.record(routing, includesWeights: true) }
    var report = try RoutingReport(
      trace, tokens: ["a", "b", "c", "d"], groups: ["odd", "even", "odd", "even"], title: "Known")
    #expect(try report == ReportCases.knownReport())
    // Two steps of one layer.
    var steps = RoutingTrace()
    for _ in 0..<2 { steps.record(ReportCases.known[0], includesWeights: true) }
    report = try RoutingReport(steps, layerCount: 1, groups: Array("abcdefgh").map(String.init))
    #expect(report.layers.count == 1 && report.tokenCount == 8 && report.groups.count == 8)
    #expect(report.steps.map(\.step) == [0, 1])
    #expect(report.steps[1].layers == [report.layers[0].balance])
    #expect(try RoutingReport(RoutingTrace()) == RoutingReport())
  }

  @Test func aTraceOfBeforeWeightsIsRead() throws {
    let json =
      #"{"passes":[{"expertCount":2,"slotCount":1,"experts":[1,0],"outcomes":[1,3]}]}"#
    let trace = try JSONDecoder().decode(RoutingTrace.self, from: Data(json.utf8))
    #expect(trace.passes[0].weights == nil)
    let layer = try RoutingReport(trace).layers[0]
    #expect(layer.load == [0, 1] && layer.unserved == [1, 0] && layer.weightSums == nil)
    // Weights that were recorded come back to the bit, and are left out unless asked for.
    var own = RoutingTrace()
    own.record(ReportCases.known[0], includesWeights: true)
    let read = try JSONDecoder().decode(RoutingTrace.self, from: JSONEncoder().encode(own))
    #expect(read == own && read.passes[0].weights?.count == 8)
    #expect(RoutingTrace.Pass(ReportCases.known[0]).weights == nil)
  }

  @Test func stepsKeepWhatIsFinite() {
    var report = RoutingReport()
    report.addStep(3, ReportCases.known, metrics: ["loss": 2, "none": .nan])
    #expect(report.steps.count == 1 && report.steps[0].step == 3)
    #expect(report.steps[0].metrics == ["loss": 2])
    #expect(report.steps[0].layers.map(\.maximumOverMean) == [1.5, 1.5])
    #expect(report.layers.isEmpty && report.tokenCount == 0)
  }

  @Test func whatDoesNotFitThrowsAndChangesNothing() throws {
    var report = try ReportCases.knownReport()
    let before = report
    let (first, second) = (ReportCases.known[0], ReportCases.known[1])
    func check(_ message: String, _ body: () throws -> Void) {
      expectConfigurationError(message, body)
      #expect(report == before)
    }
    let texts = ["a", "b", "c", "d"]
    check("number of layers of a report is 1, expected 2, as before") {
      try report.add([first], tokens: texts, groups: texts)
    }
    check("number of experts of layer 0 is 2, expected 3, as before") {
      try report.add([second, first], tokens: texts, groups: texts)
    }
    check("number of tokens of a report is 1, expected 4, one a token") {
      try report.add([first, second], tokens: ["a"], groups: texts)
    }
    check("number of tokens of a report is 0, expected 4, as batches before had them") {
      try report.add([first, second], groups: texts)
    }
    check("number of tokens of layer 1 is 1, expected 4, as in the first layer") {
      try report.add([first, ReportCases.routing([[0]], of: 2)])
    }
    var trace = RoutingTrace()
    for routing in ReportCases.known { trace.record(routing) }
    for count in [0, -1, 3] {
      expectConfigurationError(
        "number of layers is \(count), expected one that divides the 2 passes of the trace"
      ) { _ = try RoutingReport(trace, layerCount: count) }
    }
  }

  /// A recording from a file may hold any numbers.
  @Test(arguments: [
    #"{"expertCount":1000000000,"slotCount":1,"experts":[],"outcomes":[]}"#,
    #"{"expertCount":0,"slotCount":1,"experts":[],"outcomes":[]}"#,
    #"{"expertCount":2,"slotCount":-1,"experts":[],"outcomes":[]}"#,
    #"{"expertCount":2,"slotCount":2,"experts":[0],"outcomes":[1]}"#,
    #"{"expertCount":2,"slotCount":1,"experts":[2],"outcomes":[1]}"#,
    #"{"expertCount":2,"slotCount":1,"experts":[-1],"outcomes":[1]}"#,
    #"{"expertCount":2,"slotCount":1,"experts":[0],"outcomes":[1],"weights":[]}"#,
    #"{"expertCount":2,"slotCount":1,"experts":[0],"outcomes":[1],"chosenExperts":[]}"#,
  ])
  func aRecordingOfAnyNumbersThrows(pass: String) throws {
    let json = #"{"passes":["# + pass + "]}"
    let trace = try JSONDecoder().decode(RoutingTrace.self, from: Data(json.utf8))
    #expect(throws: MoEError.self) { _ = try RoutingReport(trace) }
  }

  @Test func isReadAsItWasWritten() throws {
    for (name, report) in try ReportCases.all() {
      let read = try JSONDecoder().decode(
        RoutingReport.self, from: JSONEncoder().encode(report))
      #expect(read == report, "\(name)")
      #expect(read.html() == report.html(), "\(name)")
    }
  }

  @Test func aReportOfAnyNumbersIsNotRead() throws {
    let text = try String(
      decoding: JSONEncoder().encode(ReportCases.knownReport()), as: UTF8.self)
    for (part, other) in [
      (#""load":[4,3,1]"#, #""load":[4,3]"#), (#""load":[4,3,1]"#, #""load":[4,3,-1]"#),
      (#""tokenCount":4"#, #""tokenCount":-4"#), (#""expertCount":3"#, #""expertCount":4"#),
      (#""counts":[2,2,2,2]"#, #""counts":[2,2,2]"#),
      (#""texts":["a","b","c","d"]"#, #""texts":["a"]"#),
      (#""experts":[1,1,0,1]"#, #""experts":[1,1,0,7]"#),
      (#""load":[4,3,1]"#, #""load":[4,3,281474976710656]"#),
    ] {
      #expect(text.contains(part), "\(part)")
      let damaged = Data(text.replacing(part, with: other).utf8)
      #expect(throws: DecodingError.self, "\(other)") {
        _ = try JSONDecoder().decode(RoutingReport.self, from: damaged)
      }
    }
  }

  /// Other decoders than that of JSON read numbers that are none.
  @Test func stepsOfAnyNumbersAreNotRead() throws {
    var report = try ReportCases.knownReport()
    report.addStep(0, ReportCases.known, metrics: ["loss": 2])
    let text = try String(decoding: JSONEncoder().encode(report), as: UTF8.self)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    #expect(try decoder.decode(RoutingReport.self, from: Data(text.utf8)) == report)
    for (part, others) in [
      (#""loss":2"#, ["\"nan\"", "\"-inf\""]), (#""maximumOverMean":1.5"#, ["\"inf\"", "-1"]),
      (#""droppedShare":0"#, ["\"nan\"", "2", "-1"]),
    ] {
      let name = part.prefix { $0 != ":" }
      for other in others {
        let damaged = text.replacing(part, with: "\(name):\(other)")
        #expect(damaged != text)
        #expect(throws: DecodingError.self, "\(name) \(other)") {
          _ = try decoder.decode(RoutingReport.self, from: Data(damaged.utf8))
        }
      }
    }
  }

  @Test func namesWhatStandsOut() throws {
    var report = RoutingReport(layerNames: ["first"])
    #expect(report.findings == ["There are no tokens."])
    try report.add([ReportCases.routing([[0], [0]], of: 4)])
    #expect(
      report.findings == [
        "first: fewer than 10 routes an expert, too few to judge the balance by; add further batches."
      ])
    try report.add([
      ReportCases.routing(
        Array(repeating: [0], count: 60), of: 4,
        outcomes: Array(repeating: .kept, count: 40) + Array(repeating: .dropped, count: 20))
    ])
    #expect(
      report.findings == [
        "first: experts 1–3 take no token.",
        "first collapses to expert 0, which has 4.0 times the even share.",
        "first: no expert takes 32.3% of the routes.",
      ])
    #expect(report.layers[0].warnings.count == 5)
    report.expertNames = ["main", "zero", "copy"]
    #expect(report.findings[0] == "first: zero, copy and expert 3 take no token.")
    var even = RoutingReport()
    try even.add([ReportCases.routing((0..<40).map { [$0 % 4] }, of: 4)])
    #expect(
      even.findings == ["Nothing stands out: every expert takes tokens, and no layer collapses."])
  }
}
