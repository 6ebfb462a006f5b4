/// The updates of optimisers, as kernels: each reads and writes every parameter once.
package enum OptimizerFunctions {
  /// SGD with momentum, v ← μ·v + g, θ ← θ − η·v: of parameter, gradient and velocity the new
  /// parameter and velocity.
  package struct MomentumStep: VectorFunction {
    package var momentum: Float
    package var rate: Float

    package init(momentum: Float, rate: Float) {
      self.momentum = momentum
      self.rate = rate
    }

    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }
    package var scalars: FloatVector { .slots(momentum, -rate) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ parameter: V, _ gradient: V, _ velocity: V, _ unused: V
    ) -> (V, V, V) {
      let velocity = gradient.adding(velocity, times: V.scalar(momentum, slot: 0))
      return (parameter.adding(velocity, times: V.scalar(-rate, slot: 1)), velocity, unused)
    }
  }

  /// The same with Nesterov's momentum, whose step is g + μ·v of the new velocity.
  package struct NesterovStep: VectorFunction {
    package var momentum: Float
    package var rate: Float

    package init(momentum: Float, rate: Float) {
      self.momentum = momentum
      self.rate = rate
    }

    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }
    package var scalars: FloatVector { .slots(momentum, -rate) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ parameter: V, _ gradient: V, _ velocity: V, _ unused: V
    ) -> (V, V, V) {
      let velocity = gradient.adding(velocity, times: V.scalar(momentum, slot: 0))
      let direction = gradient.adding(velocity, times: V.scalar(momentum, slot: 0))
      return (parameter.adding(direction, times: V.scalar(-rate, slot: 1)), velocity, unused)
    }
  }

  /// AdamW: of parameter, gradient, mean and square the new parameter, mean and square.
  package struct AdamWStep: VectorFunction {
    package var beta1: Float
    package var beta2: Float
    package var epsilon: Float
    /// The factor of the parameter, for weight decay.
    package var shrinkage: Float
    /// The learning rate over the correction of the mean.
    package var rate: Float
    /// One over the correction of the square.
    package var squareScale: Float

    package init(
      beta1: Float, beta2: Float, epsilon: Float, shrinkage: Float, rate: Float, squareScale: Float
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.shrinkage = shrinkage
      self.rate = rate
      self.squareScale = squareScale
    }

    package static var inputCount: Int { 4 }
    package static var outputCount: Int { 3 }
    package var scalars: FloatVector {
      .slots(beta1, 1 - beta1, beta2, 1 - beta2, epsilon, shrinkage, -rate, squareScale)
    }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ parameter: V, _ gradient: V, _ mean: V, _ square: V
    ) -> (V, V, V) {
      let mean = (mean * V.scalar(beta1, slot: 0))
        .adding(gradient, times: V.scalar(1 - beta1, slot: 1))
      let square = (square * V.scalar(beta2, slot: 2))
        .adding(gradient * gradient, times: V.scalar(1 - beta2, slot: 3))
      let divisor =
        (square * V.scalar(squareScale, slot: 7)).squareRoot() + V.scalar(epsilon, slot: 4)
      let step = (parameter * V.scalar(shrinkage, slot: 5))
        .adding(mean / divisor, times: V.scalar(-rate, slot: 6))
      return (step, mean, square)
    }
  }

  /// Lion: of parameter, gradient and mean the new parameter and mean.
  package struct LionStep: VectorFunction {
    package var beta1: Float
    package var beta2: Float
    /// The factor of the parameter, for weight decay.
    package var shrinkage: Float
    package var rate: Float

    package init(beta1: Float, beta2: Float, shrinkage: Float, rate: Float) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.shrinkage = shrinkage
      self.rate = rate
    }

    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }
    package var scalars: FloatVector {
      .slots(beta1, 1 - beta1, beta2, 1 - beta2, shrinkage, -rate)
    }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ parameter: V, _ gradient: V, _ mean: V, _ unused: V
    ) -> (V, V, V) {
      let direction = (mean * V.scalar(beta1, slot: 0))
        .adding(gradient, times: V.scalar(1 - beta1, slot: 1))
      // Zero stays zero, and a NaN stays what it is.
      let zero = V(repeating: 0)
      let sign = direction.replacing(with: V(repeating: 1), where: zero .< direction)
        .replacing(with: V(repeating: -1), where: direction .< zero)
      let mean = (mean * V.scalar(beta2, slot: 2))
        .adding(gradient, times: V.scalar(1 - beta2, slot: 3))
      let step = (parameter * V.scalar(shrinkage, slot: 4))
        .adding(sign, times: V.scalar(-rate, slot: 5))
      return (step, mean, unused)
    }
  }

  /// A running mean, m ← (1 − s)·m + s·x.
  package struct Average: BinaryFunction {
    /// The share s of what comes in.
    package var share: Float

    package init(share: Float) { self.share = share }

    package var scalars: FloatVector { .slots(1 - share, share) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      (x * V.scalar(1 - share, slot: 0)).adding(y, times: V.scalar(share, slot: 1))
    }
  }

  /// A velocity, v ← μ·v + g.
  package struct Velocity: BinaryFunction {
    package var momentum: Float

    package init(momentum: Float) { self.momentum = momentum }

    package var scalars: FloatVector { .slots(momentum) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      y.adding(x, times: V.scalar(momentum, slot: 0))
    }
  }

  /// Shrinks a parameter, and adds a multiple of a direction: θ ← s·θ − η·u.
  package struct DecayedStep: BinaryFunction {
    /// The factor s of the parameter, for weight decay.
    package var shrinkage: Float
    package var rate: Float

    package init(shrinkage: Float, rate: Float) {
      self.shrinkage = shrinkage
      self.rate = rate
    }

    package var scalars: FloatVector { .slots(shrinkage, -rate) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      (x * V.scalar(shrinkage, slot: 0)).adding(y, times: V.scalar(-rate, slot: 1))
    }
  }
}
