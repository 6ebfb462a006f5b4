/// A vector function made ready to run over memory, on the kernel set in use.
///
/// Making one looks the generated code up, or generates it; running one costs a call. A kernel is a
/// value: to change the scalars between runs, change ``function``.
package struct VectorKernel<Function: VectorFunction> {
  /// The function.
  ///
  /// Functions of one type must differ in their scalars alone.
  package var function: Function
  #if arch(x86_64) && !os(Windows)
    fileprivate let generated: GeneratedVectorKernel?
  #endif

  /// Makes the kernel of a function.
  package init(_ function: Function) {
    self.function = function
    #if arch(x86_64) && !os(Windows)
      generated = .current(for: function)
    #endif
  }

  /// Runs the function over some places of its arguments.
  ///
  /// An output may be one of the inputs.
  package func run(over range: Range<Int>, _ pointers: VectorPointers) {
    #if arch(x86_64) && !os(Windows)
      if let generated {
        if generated.isRefused { return runFused(over: range, pointers) }
        return generated.run(over: range, pointers, scalars: function.scalars)
      }
    #endif
    let (a, b, c, d) = unsafe pointers.inputs
    let (x, y, z) = unsafe pointers.outputs
    forEachVector(in: range) { slot in
      let zero = FloatVector()
      let results = unsafe function(
        slot.load(a), Function.inputCount > 1 ? slot.load(b) : zero,
        Function.inputCount > 2 ? slot.load(c) : zero, Function.inputCount > 3 ? slot.load(d) : zero
      )
      unsafe slot.store(results.0, to: x)
      if Function.outputCount > 1 { unsafe slot.store(results.1, to: y) }
      if Function.outputCount > 2 { unsafe slot.store(results.2, to: z) }
    }
  }
}

/// A fold made ready to run over rows, on the kernel set in use.
package struct FoldKernel<Fold: VectorFold> {
  /// The fold.
  ///
  /// Folds of one type must differ in their scalars alone.
  package var fold: Fold
  #if arch(x86_64) && !os(Windows)
    fileprivate let generated: GeneratedVectorKernel?
  #endif

  /// Makes the kernel of a fold.
  package init(_ fold: Fold) {
    self.fold = fold
    #if arch(x86_64) && !os(Windows)
      generated = .current(for: fold)
    #endif
  }

  /// Folds a row, or two, and returns the lanes made one.
  ///
  /// - Parameters:
  ///   - count: The length of the row.
  ///   - a: The first argument.
  ///   - b: The second argument; the first where it is not used.
  ///   - stored: What is written to, where the fold writes.
  /// - Returns: The result.
  package func run(
    count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>? = nil,
    to stored: UnsafeMutablePointer<Float>? = nil
  ) -> Float {
    let second = unsafe b ?? a
    let output = unsafe stored ?? UnsafeMutablePointer(mutating: a)
    var lanes = (FloatVector(repeating: Fold.initial), FloatVector(repeating: Fold.initial))
    #if arch(x86_64) && !os(Windows)
      if let generated {
        if generated.isRefused { return unsafe runFused(count: count, a, second, to: output) }
        unsafe generated.fold(
          over: 0..<count, VectorPointers(a, second, to: output), scalars: fold.scalars, &lanes)
        return combine(lanes)
      }
    #endif
    forEachVector(in: 0..<count) { slot in
      let isFirst = slot.start % (2 * FloatVector.scalarCount) == 0
      let before = isFirst ? lanes.0 : lanes.1
      var (after, result) = unsafe fold(
        before, slot.load(a), Fold.inputCount > 1 ? slot.load(second) : FloatVector())
      for lane in slot.count..<FloatVector.scalarCount { after[lane] = before[lane] }
      if isFirst { lanes.0 = after } else { lanes.1 = after }
      if Fold.isStored { unsafe slot.store(result, to: output) }
    }
    return combine(lanes)
  }

  /// Folds a row as ``run(count:_:_:to:)`` does with one argument, and leaves the lanes apart.
  ///
  /// - Parameters:
  ///   - count: The length of the row.
  ///   - a: The argument.
  /// - Returns: The lanes; none where there is no generated code.
  func generatedLanes(count: Int, _ a: UnsafePointer<Float>) -> SIMD16<Float>? {
    #if arch(x86_64) && !os(Windows)
      guard let generated, !generated.isRefused else { return nil }
      let initial = FloatVector(repeating: Fold.initial)
      var lanes = (initial, initial)
      unsafe generated.fold(
        over: 0..<count, VectorPointers(a, to: UnsafeMutablePointer(mutating: a)),
        scalars: fold.scalars, &lanes)
      return SIMD16(lowHalf: lanes.0, highHalf: lanes.1)
    #else
      return nil
    #endif
  }

  /// Sixteen lanes by halves: 8, 4, 2, 1.
  fileprivate func combine(_ lanes: (FloatVector, FloatVector)) -> Float {
    let eight = Fold.combine(lanes.0, lanes.1)
    // Only the lanes that are combined count from here on; what stands in the others does not
    // matter.
    let four = Fold.combine(eight, FloatVector(lowHalf: eight.highHalf, highHalf: eight.lowHalf))
    let pair = SIMD4(lowHalf: four.lowHalf.highHalf, highHalf: four.lowHalf.lowHalf)
    let two = Fold.combine(four, FloatVector(lowHalf: pair, highHalf: pair))
    return Fold.combine(two, FloatVector(repeating: two[1]))[0]
  }
}

#if arch(x86_64) && !os(Windows)
  extension VectorKernel {
    /// The kernel that runs where no page may be made executable.
    package init(interpreting function: Function) {
      self.function = function
      generated = .refused
    }

    /// Runs the function lane by lane, in the bits of generated code.
    private func runFused(over range: Range<Int>, _ pointers: VectorPointers) {
      let (a, b, c, d) = unsafe pointers.inputs
      let (x, y, z) = unsafe pointers.outputs
      for index in range {
        // What is not used may point to less memory.
        let results = unsafe function(
          FusedLane(a[index]), FusedLane(Function.inputCount > 1 ? b[index] : 0),
          FusedLane(Function.inputCount > 2 ? c[index] : 0),
          FusedLane(Function.inputCount > 3 ? d[index] : 0))
        unsafe x[index] = results.0.value
        if Function.outputCount > 1 { unsafe y[index] = results.1.value }
        if Function.outputCount > 2 { unsafe z[index] = results.2.value }
      }
    }
  }

  extension FoldKernel {
    /// The kernel that runs where no page may be made executable.
    package init(interpreting fold: Fold) {
      self.fold = fold
      generated = .refused
    }

    /// Folds a row lane by lane, in the bits of generated code.
    private func runFused(
      count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
      to output: UnsafeMutablePointer<Float>
    ) -> Float {
      var lanes = SIMD16<Float>(repeating: Fold.initial)
      for index in 0..<count {
        let (after, stored) = unsafe fold(
          FusedLane(lanes[index % 16]), FusedLane(a[index]),
          FusedLane(Fold.inputCount > 1 ? b[index] : 0))
        lanes[index % 16] = after.value
        if Fold.isStored { unsafe output[index] = stored.value }
      }
      return combine((lanes.lowHalf, lanes.highHalf))
    }
  }
#endif

/// Where a vector kernel reads and writes.
///
/// What a kernel does not use repeats what it does.
@safe
package struct VectorPointers {
  let inputs:
    (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>)
  let outputs:
    (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)

  /// The addresses of up to four inputs and up to three outputs.
  @unsafe
  package init(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>? = nil, _ c: UnsafePointer<Float>? = nil,
    _ d: UnsafePointer<Float>? = nil, to x: UnsafeMutablePointer<Float>,
    _ y: UnsafeMutablePointer<Float>? = nil, _ z: UnsafeMutablePointer<Float>? = nil
  ) {
    unsafe inputs = unsafe (a, b ?? a, c ?? a, d ?? a)
    unsafe outputs = unsafe (x, y ?? x, z ?? x)
  }
}
