extension Options {
  /// The help text.
  package static let help = """
    Compare what routing strategies do with the experts of a mixture.

    swift run -c release compare-routing [options]

    One small model per strategy is trained on the same data from the same seeds. The tables show
    accuracy, time for an example, and how the experts are used; the text under them says what to
    make of it.

      --data NAME        digits, text or both (default): what comes with the example
      --train FILE       a file of label<TAB>text lines instead; every fifth of a label is held out
      --strategies LIST  names with commas between them; all unless given:
    \(names)
      --seeds N          trainings of each strategy (default 5)
      --experts N        experts of each mixture (default 8)
      --hidden N         hidden units of an expert (default 32)
      --batch N          examples of an update (default 64)
      --epochs N         how often every example is seen (default 20)
      --no-sweep         leave out the sweep of the balancing loss
      --no-live          leave out live scheduling: experts that fail in service
      --csv FILE         write the tables as comma-separated values
      --json FILE        write the results as JSON
      --report FILE      write a page to look at in a browser
      --help             this text

    The digits are handwritten, 8 × 8 pixels each: E. Alpaydin and C. Kaynak, Optical Recognition
    of Handwritten Digits, UCI Machine Learning Repository, 1998, CC BY 4.0.
    """

  /// The names of all strategies, in lines that fit under their option.
  private static var names: String {
    var lines = [""]
    for name in Strategy.all.map(\.name) {
      if lines[lines.count - 1].count + name.count > 70 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : ", ") + name
    }
    return lines.map { "                     " + $0 }.joined(separator: "\n")
  }
}
