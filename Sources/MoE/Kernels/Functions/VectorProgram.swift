/// The steps of a vector kernel in the order of their execution, each naming earlier ones by index.
///
/// Equal steps are kept once. A program is what tracing a ``VectorFunction`` leaves, and what
/// machine code is generated from.
package struct VectorProgram: Hashable, Sendable {
  /// One step.
  ///
  /// Integers are indices of earlier steps, unless said otherwise.
  package enum Step: Hashable, Sendable {
    /// The scalars of an argument of the kernel, by its number.
    case input(Int)
    /// The lanes of a fold so far.
    case lanes
    /// The same bits in every lane.
    case constant(UInt32)
    /// A number that is known when the kernel runs, by its slot.
    case scalar(Int)
    case add(Int, Int)
    case subtract(Int, Int)
    case multiply(Int, Int)
    case divide(Int, Int)
    /// The first plus the product of the others, rounded once.
    case multiplyAdd(Int, Int, Int)
    case squareRoot(Int)
    case less(Int, Int)
    case lessOrEqual(Int, Int)
    case equal(Int, Int)
    case notEqual(Int, Int)
    /// Where the mask is set the second of the others, elsewhere the first.
    case select(mask: Int, Int, Int)
    /// The first where it is less than the second, elsewhere the second.
    case minimum(Int, Int)
    /// The first where it is greater than the second, elsewhere the second.
    case maximum(Int, Int)
    case and(Int, Int)
    case or(Int, Int)
    case integerAdd(Int, Int)
    case integerSubtract(Int, Int)
    case shiftLeft(Int, UInt8)
    case shiftRight(Int, UInt8)
    case integerToFloat(Int)

    /// The steps that this one reads.
    package var operands: [Int] {
      switch self {
      case .input, .lanes, .constant, .scalar: []
      case .squareRoot(let x), .shiftLeft(let x, _), .shiftRight(let x, _), .integerToFloat(let x):
        [x]
      case .add(let x, let y), .subtract(let x, let y), .multiply(let x, let y),
        .divide(let x, let y), .less(let x, let y), .lessOrEqual(let x, let y),
        .equal(let x, let y), .notEqual(let x, let y), .minimum(let x, let y),
        .maximum(let x, let y), .and(let x, let y), .or(let x, let y), .integerAdd(let x, let y),
        .integerSubtract(let x, let y):
        [x, y]
      case .multiplyAdd(let x, let y, let z), .select(mask: let x, let y, let z): [x, y, z]
      }
    }
  }

  /// The steps.
  package private(set) var steps: [Step] = []
  /// The steps whose results are written, by the number of the output.
  package private(set) var outputs: [Int] = []
  /// The step whose result the lanes of a fold become.
  package private(set) var lanes: Int?
  private var indices: [Step: Int] = [:]

  /// The program of a function.
  package init(tracing function: some VectorFunction) {
    self = Self.trace { inputs in
      let (first, second, third) = function(
        inputs(.input(0)), inputs(.input(1)), inputs(.input(2)), inputs(.input(3)))
      return ([first, second, third].prefix(type(of: function).outputCount).map(\.index), nil)
    }
  }

  /// The program of a fold.
  package init(tracing fold: some VectorFold) {
    self = Self.trace { inputs in
      let (lanes, stored) = fold(inputs(.lanes), inputs(.input(0)), inputs(.input(1)))
      return (type(of: fold).isStored ? [stored.index] : [], lanes.index)
    }
  }

  /// The program of steps that turn some arguments into results.
  init(inputCount: Int, tracing body: ([TracedVector]) -> [TracedVector]) {
    self = Self.trace { inputs in
      (body((0..<inputCount).map { inputs(.input($0)) }).map(\.index), nil)
    }
  }

  /// The program of steps that fold some arguments into lanes.
  init(inputCount: Int, tracing body: (TracedVector, [TracedVector]) -> TracedVector) {
    self = Self.trace { inputs in
      ([], body(inputs(.lanes), (0..<inputCount).map { inputs(.input($0)) }).index)
    }
  }

  private init() {}

  /// The bits of the constants.
  var constants: [UInt32] {
    steps.compactMap { if case .constant(let bits) = $0 { bits } else { nil } }
  }

  /// For each step the last one that reads it, or none; results are read in the end.
  var lastUses: [Int?] {
    var lastUses = [Int?](repeating: nil, count: steps.count)
    for (index, step) in steps.enumerated() {
      for operand in step.operands { lastUses[operand] = index }
    }
    for output in outputs + (lanes.map { [$0] } ?? []) { lastUses[output] = .max }
    // What nothing reads is not computed, nor is what only that would have read.
    for index in steps.indices.reversed() where lastUses[index] == nil {
      for operand in steps[index].operands where lastUses[operand] == index {
        lastUses[operand] = steps.indices.last { user in
          lastUses[user] != nil && steps[user].operands.contains(operand)
        }
      }
    }
    return lastUses
  }

  private static func trace(
    _ body: ((Step) -> TracedVector) -> (outputs: [Int], lanes: Int?)
  ) -> VectorProgram {
    let recorder = Recorder()
    return Recorder.$current.withValue(recorder) {
      let (outputs, lanes) = body { TracedVector(index: recorder.append($0)) }
      var program = recorder.program
      program.outputs = outputs
      program.lanes = lanes
      return program
    }
  }

  /// The recorder of a trace, used by one task.
  fileprivate final class Recorder: @unchecked Sendable {
    @TaskLocal static var current: Recorder?
    var program = VectorProgram()

    func append(_ step: Step) -> Int {
      if let index = program.indices[step] { return index }
      program.steps.append(step)
      program.indices[step] = program.steps.count - 1
      return program.steps.count - 1
    }
  }
}

/// A vector that is not computed but recorded: the result of one step of a program.
package struct TracedVector: VectorArithmetic {
  /// The index of the step.
  let index: Int

  /// A comparison that is recorded.
  package struct Mask {
    let index: Int
  }

  private static var recorder: VectorProgram.Recorder {
    guard let recorder = VectorProgram.Recorder.current else {
      preconditionFailure("a traced vector outside of a trace")
    }
    return recorder
  }

  private static func record(_ step: VectorProgram.Step) -> TracedVector {
    TracedVector(index: recorder.append(step))
  }

  private static func compare(_ step: VectorProgram.Step) -> Mask {
    Mask(index: record(step).index)
  }

  fileprivate init(index: Int) { self.index = index }

  package init(repeating value: Float) { self = Self.record(.constant(value.bitPattern)) }

  package static func scalar(_ value: Float, slot: Int) -> Self { record(.scalar(slot)) }

  package static func + (left: Self, right: Self) -> Self { record(.add(left.index, right.index)) }
  package static func - (left: Self, right: Self) -> Self {
    record(.subtract(left.index, right.index))
  }
  package static func * (left: Self, right: Self) -> Self {
    record(.multiply(left.index, right.index))
  }
  package static func / (left: Self, right: Self) -> Self {
    record(.divide(left.index, right.index))
  }
  package static func + (left: Self, right: Float) -> Self { left + Self(repeating: right) }
  package static func - (left: Self, right: Float) -> Self { left - Self(repeating: right) }
  package static func * (left: Self, right: Float) -> Self { left * Self(repeating: right) }
  package static func / (left: Self, right: Float) -> Self { left / Self(repeating: right) }
  // A constant is recorded second where the order does not matter: there it can stay in memory.
  package static func + (left: Float, right: Self) -> Self { right + Self(repeating: left) }
  package static func - (left: Float, right: Self) -> Self { Self(repeating: left) - right }
  package static func * (left: Float, right: Self) -> Self { right * Self(repeating: left) }
  package static func / (left: Float, right: Self) -> Self { Self(repeating: left) / right }

  package func adding(_ a: Self, times b: Self) -> Self {
    Self.record(.multiplyAdd(index, a.index, b.index))
  }
  package func squareRoot() -> Self { Self.record(.squareRoot(index)) }

  package static func .< (left: Self, right: Self) -> Mask {
    compare(.less(left.index, right.index))
  }
  package static func .<= (left: Self, right: Self) -> Mask {
    compare(.lessOrEqual(left.index, right.index))
  }
  package static func .== (left: Self, right: Self) -> Mask {
    compare(.equal(left.index, right.index))
  }
  package static func .!= (left: Self, right: Self) -> Mask {
    compare(.notEqual(left.index, right.index))
  }
  package static func .< (left: Self, right: Float) -> Mask { left .< Self(repeating: right) }
  package static func .<= (left: Self, right: Float) -> Mask { left .<= Self(repeating: right) }
  package static func .== (left: Self, right: Float) -> Mask { left .== Self(repeating: right) }

  package func replacing(with other: Self, where mask: Mask) -> Self {
    // One of the two that were compared is one instruction, which a select takes three of on AVX2.
    switch Self.recorder.program.steps[mask.index] {
    case .less(other.index, index): Self.record(.minimum(other.index, index))
    case .less(index, other.index): Self.record(.maximum(other.index, index))
    default: Self.record(.select(mask: mask.index, index, other.index))
    }
  }
  package func bitwiseAnd(_ bits: UInt32) -> Self {
    Self.record(.and(index, Self(repeating: Float(bitPattern: bits)).index))
  }
  package func bitwiseOr(_ other: Self) -> Self { Self.record(.or(index, other.index)) }
  package func integerAdding(_ other: Self) -> Self {
    Self.record(.integerAdd(index, other.index))
  }
  package func integerSubtracting(_ other: Self) -> Self {
    Self.record(.integerSubtract(index, other.index))
  }
  package func shiftedLeft(_ count: UInt8) -> Self { Self.record(.shiftLeft(index, count)) }
  package func shiftedRight(_ count: UInt8) -> Self { Self.record(.shiftRight(index, count)) }
  package func integersAsFloats() -> Self { Self.record(.integerToFloat(index)) }
}
