/// The operators on tensors, as kernels.
package enum ArithmeticFunctions {
  package struct Add: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V { x + y }
  }

  package struct Subtract: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V { x - y }
  }

  package struct Multiply: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V { x * y }
  }

  package struct Divide: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V { x / y }
  }

  package struct AddNumber: UnaryFunction {
    package var number: Float

    package init(number: Float) { self.number = number }

    package var scalars: FloatVector { .slots(number) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x + V.scalar(number, slot: 0) }
  }

  package struct SubtractFromNumber: UnaryFunction {
    package var number: Float

    package init(number: Float) { self.number = number }

    package var scalars: FloatVector { .slots(number) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { V.scalar(number, slot: 0) - x }
  }

  package struct DivideByNumber: UnaryFunction {
    package var number: Float

    package init(number: Float) { self.number = number }

    package var scalars: FloatVector { .slots(number) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x / V.scalar(number, slot: 0) }
  }

  package struct DivideNumber: UnaryFunction {
    package var number: Float

    package init(number: Float) { self.number = number }

    package var scalars: FloatVector { .slots(number) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { V.scalar(number, slot: 0) / x }
  }

  /// Multiplies by a number.
  package struct Scale: UnaryFunction {
    package var factor: Float

    package init(factor: Float) { self.factor = factor }

    package var scalars: FloatVector { .slots(factor) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x * V.scalar(factor, slot: 0) }
  }

  /// Adds a number times another vector.
  package struct MultiplyAdd: BinaryFunction {
    package var factor: Float

    package init(factor: Float) { self.factor = factor }

    package var scalars: FloatVector { .slots(factor) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      x.adding(y, times: V.scalar(factor, slot: 0))
    }
  }

  /// Adds the square of another vector.
  package struct AddSquare: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V { x.adding(y, times: y) }
  }

  /// Multiplies by a number and by another vector.
  package struct ScaledMultiply: BinaryFunction {
    package var factor: Float

    package init(factor: Float) { self.factor = factor }

    package var scalars: FloatVector { .slots(factor) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      (x * V.scalar(factor, slot: 0)) * y
    }
  }

  /// Brings what is beyond a bound, on either side, to it; a NaN stays.
  package struct Clamp: UnaryFunction {
    package var bound: Float

    package init(bound: Float) { self.bound = bound }

    package var scalars: FloatVector { .slots(bound, -bound) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V {
      let (high, low) = (V.scalar(bound, slot: 0), V.scalar(-bound, slot: 1))
      return x.replacing(with: high, where: high .< x).replacing(with: low, where: x .< low)
    }
  }

  package struct Negate: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x * -1 }
  }
}

/// The elementwise functions of tensors, as kernels.
package enum ElementaryFunctions {
  package struct Exponential: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.exponential() }
  }

  package struct NaturalLogarithm: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.naturalLogarithm() }
  }

  package struct HyperbolicTangent: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.hyperbolicTangent() }
  }

  package struct Logistic: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.logistic() }
  }

  package struct ErrorFunction: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.errorFunction() }
  }

  package struct SquareRoot: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.squareRoot() }
  }
}
