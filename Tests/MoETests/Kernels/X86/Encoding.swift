#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// One instruction: the line a system assembler was given, its bytes, and our call.
  struct Encoding: Sendable, CustomTestStringConvertible {
    let line: String
    let expected: String
    private let emit: @Sendable (inout Assembler) -> Void

    init(_ line: String, _ expected: String, _ emit: @escaping @Sendable (inout Assembler) -> Void)
    {
      self.line = line
      self.expected = expected
      self.emit = emit
    }

    /// Our bytes, written as the expected ones are.
    var emitted: String {
      var assembler = Assembler()
      emit(&assembler)
      return assembler.finish().map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
      }.joined(separator: " ")
    }

    var testDescription: String { line }
  }
#endif
