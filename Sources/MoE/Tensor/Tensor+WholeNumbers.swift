/// Numbers that single precision does not hold, as tensors that hold them exactly: for buffers,
/// such as counts of steps.
extension Tensor {
  /// Whole numbers, each as three numbers of 21 bits, of shape [numbers, 3].
  ///
  /// - Parameter integers: At least 0; others trap.
  public init(integers: [Int]) {
    var limbs: [Float] = []
    for integer in integers {
      require(integer >= 0, "whole number: \(integer), expected at least 0")
      for limb in 0..<3 { limbs.append(Float(integer >> (21 * limb) & 0x1F_FFFF)) }
    }
    self.init(limbs, shape: [integers.count, 3])
  }

  /// The whole numbers that a tensor holds, whatever its shape; nothing where it holds none.
  public var integers: [Int]? {
    let limbs = scalarArray
    guard limbs.count % 3 == 0,
      limbs.allSatisfy({ $0 >= 0 && $0 < 0x1p21 && $0.rounded() == $0 })
    else { return nil }
    return (0..<limbs.count / 3).map { (number: Int) -> Int in
      let (low, middle, high) = (limbs[3 * number], limbs[3 * number + 1], limbs[3 * number + 2])
      return Int(low) | Int(middle) << 21 | Int(high) << 42
    }
  }

  /// A whole number, of shape [3].
  ///
  /// - Parameter integer: At least 0; another traps.
  public init(integer: Int) { self = Tensor(integers: [integer]).reshaped(to: [3]) }

  /// The whole number that a tensor of shape [3] holds; nothing where it holds none.
  public var integer: Int? { sizes == TensorShape(3) ? integers?[0] : nil }

  /// Numbers in double precision, each as the sum of three, of shape [numbers, 3].
  ///
  /// Exact for finite numbers whose parts are in the range of normal single-precision numbers.
  public init(doubles: [Double]) {
    var parts: [Float] = []
    for double in doubles {
      var rest = double
      for _ in 0..<3 {
        let part = Float(rest)
        parts.append(part)
        rest -= Double(part)
      }
    }
    self.init(parts, shape: [doubles.count, 3])
  }

  /// The numbers in double precision that a tensor of shape [numbers, 3] holds.
  public var doubles: [Double]? {
    guard rank == 2, sizes[1] == 3 else { return nil }
    let parts = scalarArray.map { Double($0) }
    return (0..<sizes[0]).map { (number: Int) -> Double in
      // The small parts first: each sum is then exact.
      let rest: Double = parts[3 * number + 2] + parts[3 * number + 1]
      return rest + parts[3 * number]
    }
  }
}
