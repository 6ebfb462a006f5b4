import Foundation
import MoE
import Testing

/// What reports of rounding say.
@Suite struct WeightRoundingReportTests {
  private func entry(
    _ tensor: Tensor, _ format: WeightFormat, name: String = "weight"
  ) -> WeightRoundingReport.Entry {
    WeightRoundingReport.Entry(
      name: name, original: tensor, weights: CompressedWeights(tensor, format: format))
  }

  @Test(arguments: [[17, 50], [3, 5, 40]])
  func errorsAreThoseOfTheWeights(_ shape: [Int]) {
    let tensor = Tensor(scattered: shape, seed: 3)
    for format in RoundingCases.formats {
      let weights = CompressedWeights(tensor, format: format)
      let entry = entry(tensor, format)
      let pairs = zip(tensor.doubles, weights.decompressed().doubles)
      let errors = pairs.map { ($0 - $1) * ($0 - $1) }
      let squares = tensor.doubles.map { $0 * $0 }
      let exact = (errors.reduce(0, +) / squares.reduce(0, +)).squareRoot()
      #expect((entry.relativeError - exact).magnitude <= 1e-12 * exact)
      #expect(entry.largestError == pairs.map { ($0 - $1).magnitude }.max())
      #expect(entry.bytesBefore == 4 * tensor.count && entry.bytesAfter == weights.byteCount)
      #expect(entry.format == format && entry.name == "weight")
    }
  }

  @Test func threadsDoNotShow() {
    let tensor = Tensor(scattered: [40, 900], seed: 3)
    let entries = [1, 3].map { threads in
      Compute.sharingAllWork(among: threads) { entry(tensor, .int4()) }
    }
    #expect(entries[0] == entries[1])
  }

  @Test func weightsThatAreNotFiniteTakeNoPart() {
    let plain = entry(Tensor([1, 0.3, 0], shape: [1, 3]), .int8())
    let spoiled = entry(Tensor([1, 0.3, .nan, .infinity], shape: [1, 4]), .int8())
    #expect(plain.relativeError == spoiled.relativeError && plain.relativeError > 0)
    #expect(plain.largestError == spoiled.largestError)
    #expect(entry(Tensor(zeros: [3, 4]), .mxfp4).relativeError == 0)
    #expect(entry(Tensor([1e6], shape: [1, 1]), .float16).largestError == .infinity)
  }

  @Test func reportsAreTables() throws {
    let tensor = Tensor([1, 0.5, 0.3, -0.26], shape: [1, 4])
    let report = WeightRoundingReport([
      entry(tensor, .mxfp4, name: "experts.down"), entry(tensor, .int8(), name: "up"),
    ])
    #expect(report.bytesBefore == 32 && report.bytesAfter == 64 + 16 + 64 + 32)
    let lines = "\(report)".split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("tensor        format"))
    #expect(lines[1].hasPrefix("experts.down  MXFP4"))
    #expect(lines[1].contains("%") && lines[1].hasSuffix("0.1 of 0.0 KiB"))
    #expect(Set(lines.map(\.count)).count == 1)
    #expect(!"\(WeightRoundingReport([report.entries[0]]))".contains("all"))
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(WeightRoundingReport.self, from: data) == report)
  }

  @Test func formatsHaveNames() {
    #expect("\(WeightFormat.int4())" == "int4, groups of 32")
    #expect("\(WeightFormat.int8(zeroPoints: true))" == "int8, groups of 128 with zeros")
    #expect("\(WeightFormat.float8E4M3())" == "float8 E4M3, blocks")
    #expect(Set(RoundingCases.formats.map { "\($0)" }).count >= 12)
  }

  @Test func otherShapesTrap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let weights = CompressedWeights(Tensor(zeros: [2, 4]), format: .int4())
      _ = WeightRoundingReport.Entry(name: "", original: Tensor(zeros: [4, 2]), weights: weights)
    }
    #expect(result?.standardErrorSays("shape [4, 2] against [2, 4]") == true)
  }
}
