#if arch(x86_64) && !os(Windows)
  /// The registers of a vector kernel, by number: handed out as steps need them and taken back
  /// after the last use.
  struct StepRegisters {
    private var free: [Int]
    /// The register of each step that has one now.
    private var held: [Int: Int] = [:]
    /// Registers that hold something for the current step alone: a constant, a scalar, a copy.
    private var transient: [Int] = []
    private let count: Int

    /// All of the given registers free, the first to be taken first.
    init(_ numbers: Range<Int>) {
      free = numbers.reversed()
      count = numbers.count
    }

    /// The register of a step's result, or none.
    subscript(step: Int) -> Int? { held[step] }

    /// A register for the result of a step.
    mutating func take(for step: Int) -> Int {
      let number = take()
      held[step] = number
      return number
    }

    /// A register until the next ``release(_:keeping:)``.
    mutating func takeForOneStep() -> Int {
      let number = take()
      transient.append(number)
      return number
    }

    /// Makes a register that was kept that of a step's result.
    mutating func hold(_ number: Int, for step: Int) { held[step] = number }

    /// Takes back what some steps hold and what was taken for the current one, but for one
    /// register.
    mutating func release(_ steps: [Int], keeping kept: Int? = nil) {
      for step in steps {
        if let number = held.removeValue(forKey: step), number != kept { free.append(number) }
      }
      free += transient.filter { $0 != kept }
      transient = []
    }

    private mutating func take() -> Int {
      guard let number = free.popLast() else {
        preconditionFailure("a vector program needs more than \(count) registers")
      }
      return number
    }
  }
#endif
