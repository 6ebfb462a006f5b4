/// What is done to one row of scalars. Every sum has a fixed order that depends on the row's length alone:
/// eight lanes, each over every eighth scalar, then halves.
package enum RowKernels {
  /// The sum of a row.
  @inline(__always)
  package static func sum(_ row: UnsafePointer<Float>, count: Int) -> Float {
    var lanes = FloatVector()
    forEachVector(in: 0..<count) { lanes += unsafe $0.load(row) }
    return lanes.laneSum
  }

  /// The sum of the products of two rows.
  package static func dot(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, count: Int
  ) -> Float {
    var lanes = FloatVector()
    forEachVector(in: 0..<count) { slot in
      lanes = unsafe lanes.adding(slot.load(first), times: slot.load(second))
    }
    return lanes.laneSum
  }

  /// The largest scalar of a row, −∞ for an empty one; a NaN where there is one.
  package static func maximum(_ row: UnsafePointer<Float>, count: Int) -> Float {
    var lanes = FloatVector(repeating: -.infinity)
    forEachVector(in: 0..<count) { slot in
      let scalars = unsafe slot.load(row, padding: -.infinity)
      // A comparison with NaN is false: a NaN lane is never replaced by a number, and NaN scalars are let
      // through by the second condition.
      lanes.replace(with: scalars, where: (scalars .> lanes) .| (scalars .!= scalars))
    }
    var maximum = lanes[0]
    for lane in 1..<FloatVector.scalarCount where lanes[lane] > maximum || lanes[lane].isNaN {
      maximum = lanes[lane]
    }
    return maximum
  }

  /// Writes e^(x − shift) of a row and returns the sum of it.
  package static func exponentials(
    _ row: UnsafePointer<Float>, minus shift: Float, count: Int,
    into result: UnsafeMutablePointer<Float>
  ) -> Float {
    var lanes = FloatVector()
    forEachVector(in: 0..<count) { slot in
      let power = unsafe (slot.load(row, padding: -.infinity) - shift).exponential()
      unsafe slot.store(power, to: result)
      lanes += power
    }
    return lanes.laneSum
  }

  /// Multiplies a row by a number.
  package static func scale(
    _ row: UnsafeMutablePointer<Float>, by factor: Float, count: Int
  ) {
    forEachVector(in: 0..<count) { slot in unsafe slot.store(slot.load(row) * factor, to: row) }
  }

  /// Adds `factor` times a row to another.
  package static func add(
    _ row: UnsafePointer<Float>, times factor: Float, to sum: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    let factor = FloatVector(repeating: factor)
    forEachVector(in: 0..<count) { slot in
      unsafe slot.store(slot.load(sum).adding(slot.load(row), times: factor), to: sum)
    }
  }

  /// Adds a row to another.
  package static func add(
    _ row: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, count: Int
  ) {
    forEachVector(in: 0..<count) { slot in
      unsafe slot.store(slot.load(sum) + slot.load(row), to: sum)
    }
  }
}

extension Tensor {
  /// How many rows one thread takes at a time.
  package var rowsPerRun: Int { max(1, scalarsPerRun / max(1, columnCount)) }
}
