import Foundation
import MoE
import Testing

/// The snippets on reports, as they stand there.
@Suite("Snippets on reports run")
struct ReportSnippets {
  @Test("Article: reading the router")
  func reading() throws {
    // snippet
    var generator = SeededGenerator(seed: 11)
    var layer = try MixtureOfExperts(
      inputSize: 8, experts: [.feedForward(count: 4, hiddenSize: 16)],
      routing: .topK(2), using: &generator)
    let words = ["the", "cat", "sat", "on", "the", "mat"]
    let kinds = ["article", "noun", "verb", "preposition", "article", "noun"]
    let vectors = Tensor.normal(shape: [words.count, 8], using: &generator)

    let pass = try layer.forward(vectors, context: .inference)
    var report = RoutingReport(title: "Six words", layerNames: ["the layer"])
    try report.add([pass.routing], tokens: words, groups: kinds)
    print(report.text(width: 80))
    // end
    #expect(report.tokenCount == 6 && report.groups.count == 4)
    layer.balancingLosses = [.loadBalancing(coefficient: 0.01)]

    // snippet
    let path = FileManager.default.temporaryDirectory.appending(path: "six-words.html").path
    try report.write(to: path)
    print("open \(path)")
    // end
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == report.html())

    // snippet
    var trace = RoutingTrace()
    trace.record(pass.routing, includesWeights: true)
    let stored = try JSONEncoder().encode(trace)
    let again = try RoutingReport(
      JSONDecoder().decode(RoutingTrace.self, from: stored), tokens: words, groups: kinds)
    // end
    #expect(again.layers == report.layers)

    // snippet
    for step in 0..<10 {
      let pass = try layer.forward(vectors, context: .training(step: step))
      report.addStep(step, [pass.routing], metrics: ["auxiliary loss": Double(pass.auxiliaryLoss)])
    }
    // end
    #expect(report.steps.count == 10 && report.steps[9].metrics.count == 1)
  }

  @Test("Comment: a report")
  func comment() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var generator = SeededGenerator(seed: 11)
    let layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 4)], routing: .topK(1),
      using: &generator)
    let pass = try layer.forward(
      Tensor.normal(shape: [2, 4], using: &generator), context: .inference)
    let (words, kinds) = (["a", "b"], ["x", "y"])
    // snippet
    var report = RoutingReport(title: "Validation")
    try report.add([pass.routing], tokens: words, groups: kinds)
    print(report.text(width: 80))
    try report.write(to: path)
    // end
    #expect(report.tokenCount == 2)
  }
}
