import MoE
import Testing

/// What traps in the public API of ``Tensor``, and what it says.
enum TensorTrap: String, Codable, CaseIterable {
  case negativeSize
  case tooManyScalars
  case tooManyBytes
  case scalarCount
  case raggedLiteral
  case numberAfterList
  case listAfterNumber
  case reshaped
  case subscriptTooFewIndices
  case subscriptTooLarge
  case subscriptNegative
  case subscriptSetter
  case matrixSubscriptColumn
  case matrixSubscriptRow
  case matrixSubscriptOfVector
  case rowsBeyondEnd
  case rowsBeforeStart
  case rowsOfScalar
  case rowsSetterShape
  case rowBeyondEnd
  case rowBeforeStart
  case addition
  case subtraction
  case multiplication
  case division
  case additionInPlace
  case subtractionInPlace
  case multiplicationInPlace
  case divisionInPlace
  case gatherBeyondEnd
  case gatherBeforeStart
  case gatherScalar
  case scatterShape
  case scatterCount
  case scatterBeyondEnd
  case concatenatingNothing
  case concatenatingShapes
  case addToEachRow
  case addingToEachRow
  case rowArgmax
  case softmaxGradient
  case transposedVector
  case transposedCube
  case matmulRank
  case matmulDepth
  case matmulDepthTransposingLeft
  case matmulDepthTransposingRight
  case threadCount

  /// Does what traps.
  func provoke() {
    let matrix: Tensor = [[1, 2, 3], [4, 5, 6]]
    var changed = matrix
    let vector: Tensor = [1, 2, 3]
    switch self {
    case .negativeSize: _ = Tensor(zeros: [2, -1])
    case .tooManyScalars: _ = Tensor(zeros: [1 << 40, 1 << 40])
    case .tooManyBytes: _ = Tensor(zeros: [1 << 61])
    case .scalarCount: _ = Tensor([1, 2, 3], shape: [2, 2])
    case .raggedLiteral: _ = [[1, 2], [3]] as Tensor
    case .numberAfterList: _ = [[1, 2], 3] as Tensor
    case .listAfterNumber: _ = [1, [2, 3]] as Tensor
    case .reshaped: _ = matrix.reshaped(to: [4])
    case .subscriptTooFewIndices: _ = matrix[1]
    case .subscriptTooLarge: _ = vector[3]
    case .subscriptNegative: _ = vector[-1]
    case .subscriptSetter: changed[0, 0, 0] = 1
    case .matrixSubscriptColumn: _ = matrix[0, 3]
    case .matrixSubscriptRow: changed[-1, 0] = 1
    case .matrixSubscriptOfVector: _ = vector[0, 0]
    case .rowsBeyondEnd: _ = matrix[entries: 1..<3]
    case .rowsBeforeStart: _ = matrix[entries: -1..<1]
    case .rowsOfScalar: _ = Tensor([1], shape: [])[entries: 0..<1]
    case .rowsSetterShape: changed[entries: 0..<1] = vector
    case .rowBeyondEnd: _ = matrix[entry: 2]
    case .rowBeforeStart: _ = matrix[entry: -1]
    case .addition: _ = matrix + vector
    case .subtraction: _ = matrix - vector
    case .multiplication: _ = matrix * vector
    case .division: _ = matrix / vector
    case .additionInPlace: changed += vector
    case .subtractionInPlace: changed -= vector
    case .multiplicationInPlace: changed *= vector
    case .divisionInPlace: changed /= vector
    case .gatherBeyondEnd: _ = matrix.gatheringEntries([0, 2])
    case .gatherBeforeStart: _ = matrix.gatheringEntries([-1])
    case .gatherScalar: _ = Tensor([1], shape: []).gatheringEntries([0])
    case .scatterShape: changed.scatterAddEntries([[1, 2]], at: [0])
    case .scatterCount: changed.scatterAddEntries([[1, 2, 3]], at: [0, 1])
    case .scatterBeyondEnd: changed.scatterAddEntries([[1, 2, 3]], at: [7])
    case .concatenatingNothing: _ = Tensor(concatenatingEntries: [])
    case .concatenatingShapes: _ = Tensor(concatenatingEntries: [matrix, [[1, 2]]])
    case .addToEachRow: changed.addToEachRow([1, 2])
    case .addingToEachRow: _ = matrix.addingToEachRow([[1, 2, 3]])
    case .rowArgmax: _ = Tensor(zeros: [2, 0]).rowArgmax()
    case .softmaxGradient: _ = Tensor.softmaxGradient(matrix, softmax: vector)
    case .transposedVector: _ = vector.transposed()
    case .transposedCube: _ = Tensor(zeros: [1, 2, 3]).transposed()
    case .matmulRank: _ = matrix.matmul(vector)
    case .matmulDepth: _ = matrix.matmul([[1, 2]])
    case .matmulDepthTransposingLeft:
      _ = matrix.matmul(Tensor(zeros: [3, 1]), transposingLeft: true)
    case .matmulDepthTransposingRight:
      _ = matrix.matmul(Tensor(zeros: [3, 1]), transposingRight: true)
    case .threadCount: Compute.withThreadCount(0) {}
    }
  }

  /// What stands in the message: both values, where two do not fit.
  var message: String {
    switch self {
    case .negativeSize: "tensor: shape [2, -1] has a negative size"
    case .tooManyScalars:
      "tensor: shape [1099511627776, 1099511627776] has more scalars than an Int counts"
    case .tooManyBytes:
      "tensor: shape [2305843009213693952] has more bytes than an Int counts"
    case .scalarCount: "tensor: 3 scalars against shape [2, 2]"
    case .raggedLiteral: "tensor literal: a list of 1 where one of 2 stands first"
    case .numberAfterList: "tensor literal: a number where a list of [2] stands first"
    case .listAfterNumber: "tensor literal: a list of 2 where a number stands first"
    case .reshaped: "reshaped: shape [4] against 6 scalars of shape [2, 3]"
    case .subscriptTooFewIndices: "subscript: 1 indices against shape [2, 3]"
    case .subscriptTooLarge: "subscript: indices [3] against shape [3]"
    case .subscriptNegative: "subscript: indices [-1] against shape [3]"
    case .subscriptSetter: "subscript: 3 indices against shape [2, 3]"
    case .matrixSubscriptColumn: "subscript: indices [0, 3] against shape [2, 3]"
    case .matrixSubscriptRow: "subscript: indices [-1, 0] against shape [2, 3]"
    case .matrixSubscriptOfVector: "subscript: indices [0, 0] against shape [3]"
    case .rowsBeyondEnd: "slice: range 1..<3 against 2 rows"
    case .rowsBeforeStart: "slice: range -1..<1 against 2 rows"
    case .rowsOfScalar: "slice: a single scalar has no first axis"
    case .rowsSetterShape: "subscript(entries:): shape [3] against [1, 3]"
    case .rowBeyondEnd: "slice: range 2..<3 against 2 rows"
    case .rowBeforeStart: "slice: range -1..<0 against 2 rows"
    case .addition: "+: shape [2, 3] against [3]"
    case .subtraction: "-: shape [2, 3] against [3]"
    case .multiplication: "*: shape [2, 3] against [3]"
    case .division: "/: shape [2, 3] against [3]"
    case .additionInPlace: "+=: shape [2, 3] against [3]"
    case .subtractionInPlace: "-=: shape [2, 3] against [3]"
    case .multiplicationInPlace: "*=: shape [2, 3] against [3]"
    case .divisionInPlace: "/=: shape [2, 3] against [3]"
    case .gatherBeyondEnd: "gatheringEntries: row 2 against shape [2, 3]"
    case .gatherBeforeStart: "gatheringEntries: row -1 against shape [2, 3]"
    case .gatherScalar: "gatheringEntries: a single scalar has no rows"
    case .scatterShape: "scatterAddEntries: shape [1, 2] against 1 rows of [2, 3]"
    case .scatterCount: "scatterAddEntries: shape [1, 3] against 2 rows of [2, 3]"
    case .scatterBeyondEnd: "scatterAddEntries: row 7 against shape [2, 3]"
    case .concatenatingNothing: "concatenatingEntries: no tensors"
    case .concatenatingShapes: "concatenatingEntries: shape [1, 2] against [2, 3]"
    case .addToEachRow: "addToEachRow: shape [2] against [2, 3]"
    case .addingToEachRow: "addToEachRow: shape [1, 3] against [2, 3]"
    case .rowArgmax: "rowArgmax: shape [2, 0] has rows of no scalars"
    case .softmaxGradient: "softmaxGradient: shape [2, 3] against [3]"
    case .transposedVector: "transposed: shape [3], expected a matrix"
    case .transposedCube: "transposed: shape [1, 2, 3], expected a matrix"
    case .matmulRank: "matmul: shapes [2, 3] and [3], expected matrices"
    case .matmulDepth: "matmul: 3 columns against 1 rows"
    case .matmulDepthTransposingLeft: "matmul: 2 columns against 3 rows"
    case .matmulDepthTransposingRight: "matmul: 3 columns against 1 rows"
    case .threadCount: "withThreadCount: 0 threads, expected at least 1"
    }
  }
}

@Suite struct TensorTrapTests {
  @Test(arguments: TensorTrap.allCases)
  func trapsWithBothValues(_ trap: TensorTrap) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [trap] in
      trap.provoke()
    }
    let error = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(error.contains(": \(trap.message)\n"))
  }
}
