package import ExampleSupport

/// Prints what models learned, as tables.
package struct Report {
  let console: Console

  /// A report to the given console.
  package init(to console: Console) { self.console = console }

  /// Prints the loss of models beside that of counting.
  ///
  /// - Parameters:
  ///   - models: What is compared: settings, and what each model made of the text.
  ///   - counting: What counting makes of it.
  package func printLosses(
    _ models: [(settings: ByteModel.Settings, validation: Validation)],
    counting: CountingBaseline? = nil
  ) {
    guard let first = models.first else { return }
    console.printHeading(
      "Loss of a byte on \(format(first.validation.byteCount)) that training did not see")
    var table = Table([
      ("", .left), ("nats", .right), ("bits", .right), ("products", .right), ("", .left),
    ])
    for (settings, validation) in models {
      let products = settings.products(computingExperts: validation.computingExperts)
      table.add([
        settings.kind == .dense ? "dense decoder" : "MoE++ decoder",
        format(Float(validation.loss)), format(Float(validation.bits)),
        format(Int(products.rounded())), Report.note(validation),
      ])
    }
    if let counting {
      for (name, loss) in [("counts of pairs", counting.ofPairs), ("of bytes", counting.ofBytes)] {
        table.add([
          name, format(Float(loss)), format(Float(loss / 0.6931471805599453)), "", "",
        ])
      }
    }
    print(table)
    console.print()
    console.print(
      "  Products are of two numbers, a byte: in networks, experts and routers.")
  }

  /// How much of a mixture computed; nothing of a dense model.
  private static func note(_ validation: Validation) -> String {
    guard !validation.routes.isEmpty else { return "" }
    let mean =
      validation.computingExperts.reduce(0, +) / Double(validation.routes.count)
    return "\(format(decimals: mean)) computing experts a block"
  }

  /// Prints texts that a model wrote on.
  ///
  /// - Parameter samples: Each beginning, and what the model wrote behind it.
  package func printSamples(_ samples: [(prompt: [UInt8], continuation: [UInt8])]) {
    for (index, sample) in samples.enumerated() {
      if index > 0 { console.print() }
      for line in Report.lines(sample.prompt, sample.continuation, marks: console.usesStyles) {
        console.print("  " + line)
      }
    }
  }

  /// The lines of a text, of which the beginning may be bold.
  ///
  /// Bytes that are no UTF-8 become �, and control characters spaces.
  package static func lines(
    _ prompt: [UInt8], _ continuation: [UInt8], marks: Bool
  ) -> [String] {
    func lines(_ bytes: [UInt8]) -> [String] {
      String(decoding: bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.split(separator: "\r\n", omittingEmptySubsequences: false) }
        .joined().map { printable($0) }
    }
    let beginning = lines(prompt)
    let rest = lines(continuation)
    let bold = marks ? beginning.map { $0.isEmpty ? $0 : "\u{1B}[1m\($0)\u{1B}[0m" } : beginning
    let joint = [(bold.last ?? "") + (rest.first ?? "")]
    var all = bold.dropLast() + joint + rest.dropFirst()
    // Blank lines around a text say nothing.
    while all.first == "" { all.removeFirst() }
    while all.last == "" { all.removeLast() }
    return Array(all)
  }

  func print(_ table: Table) {
    for line in table.lines { console.print(line) }
  }
}
