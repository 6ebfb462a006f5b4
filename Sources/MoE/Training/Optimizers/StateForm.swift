/// Which of a parameter's axes have numbers of their own in what an optimiser gathers for it.
///
/// A parameter of shape [experts, rows, columns] is a stack of matrices, one of [rows, columns] a
/// single one.
enum StateForm: Sendable {
  /// All: of the parameter's shape.
  case whole
  /// One number a row of each matrix: without the last axis.
  case rows
  /// One number a column of each matrix: without the last axis but one.
  case columns

  /// The shape of what is gathered for a parameter.
  func shape(of parameter: [Int]) -> [Int] {
    switch self {
    case .whole: parameter
    case .rows: Array(parameter.dropLast())
    case .columns: parameter.dropLast(2) + parameter.suffix(1)
    }
  }

  /// A tensor of the parameter's shape, each scalar of which is the number of its row or column.
  func filling(_ state: Tensor, shape: [Int]) -> Tensor {
    switch self {
    case .whole: return state
    case .rows:
      var filled = Tensor(repeating: 1, shape: shape)
      filled.scaleRows(by: state.reshaped(to: [state.count]))
      return filled
    case .columns:
      let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
      let matrices = shape.dropLast(2).reduce(1, *)
      return state.reshaped(to: [matrices, columns])
        .gatheringEntries((0..<matrices * rows).map { $0 / max(1, rows) }).reshaped(to: shape)
    }
  }

  /// What is gathered by ``filling(_:shape:)``, of a tensor in which some rows may since be new,
  /// and zero: the mean over those that are not.
  func reading(_ filled: Tensor) -> Tensor {
    let shape = filled.shape
    switch self {
    case .whole: return filled
    case .rows: return filled.rowMeans().reshaped(to: Array(shape.dropLast()))
    case .columns:
      let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
      let matrices = filled.reshaped(to: [filled.count / max(1, rows * columns), rows, columns])
      let largest = filled.rowMaxima()
      let sums = (0..<matrices.shape[0]).map { matrix -> Tensor in
        let known = (matrix * rows..<(matrix + 1) * rows).count { largest.scalars[$0] > 0 }
        return matrices[entries: matrix..<matrix + 1].reshaped(to: [rows, columns]).columnSums()
          / Float(max(1, known))
      }
      let joined = sums.isEmpty ? Tensor(zeros: [0]) : Tensor(concatenatingEntries: sums)
      return joined.reshaped(to: self.shape(of: shape))
    }
  }
}
