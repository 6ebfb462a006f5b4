import ExampleSupport
import MoE

/// What a trained model is worth with its weights in fewer bits.
struct FormatComparison {
  /// The formats that are tried, and how scales are chosen.
  static let ways: [(format: WeightFormat, rounding: WeightRounding)] = [
    (.float32, .byMaximum), (.bfloat16, .byMaximum), (.float16, .byMaximum),
    (.int8(groupSize: 32), .byMaximum), (.float8E4M3(), .byMaximum), (.float8E5M2(), .byMaximum),
    (.nvfp4, .byMaximum), (.nvfp4, .leastSquares()), (.int4(), .byMaximum),
    (.int4(), .leastSquares()), (.int4(groupSize: 32, zeroPoints: true), .byMaximum),
    (.mxfp4, .byMaximum), (.mxfp4, .leastSquares()),
  ]

  let console: Console

  /// Measures a model on a text in each format, and prints a table.
  func run(_ model: ByteModel, on bytes: ArraySlice<UInt8>) throws {
    console.printHeading("With weights in fewer bits")
    var table = Table([
      ("", .left), ("scales", .left), ("KiB", .right), ("error", .right), ("nats", .right),
      ("worse by", .right),
    ])
    let plain = try Validation(of: model, on: bytes).loss
    for (format, rounding) in Self.ways {
      var compressed = model
      compressed.decoder = try model.decoder.compressing(to: format, rounding: rounding)
      let loss = try Validation(of: compressed, on: bytes).loss
      let report = model.decoder.roundingReport(of: compressed.decoder)
      table.add([
        "\(format)", format == .float32 ? "" : rounding == .byMaximum ? "maximum" : "search",
        ExampleSupport.format(compressed.decoder.weightByteCount / 1024),
        report.entries.isEmpty ? "" : "\(fixed(100 * report.relativeError, 2))%",
        fixed(loss, 4), "\(fixed(100 * (loss / plain - 1), 2))%",
      ])
    }
    for line in table.lines { console.print(line) }
    console.print()
    console.print("  Routers, embeddings and norms stay in single precision.")
  }

  /// A number with so many digits behind the point; zero has no sign.
  private func fixed(_ number: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { power, _ in 10 * power }
    let units = Int((number * scale).rounded())
    let text = String(abs(units))
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return (units < 0 ? "−" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
