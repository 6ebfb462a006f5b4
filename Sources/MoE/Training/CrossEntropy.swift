/// The mean over rows of −ln softmax(l)ₖ, with l the logits of a row and k its label.
///
/// **Shapes**: logits [rows, classes], labels one index below classes a row.
///
/// The gradient is (softmax(l) − onehot(k)) / rows. Of no rows, the value and the gradient are
/// zero.
public struct CrossEntropy: Sendable {
  /// The loss.
  public init() {}

  /// The value and the gradient.
  ///
  /// - Parameters:
  ///   - logits: A matrix of one column a class.
  ///   - labels: The class of each row.
  /// - Returns: The mean, and its gradient with respect to the logits.
  /// - Throws: ``MoEError/shape(_:found:expected:)`` where the number of labels differs from that
  ///   of rows, ``MoEError/configuration(_:value:expected:)`` for a label that is no class.
  public func callAsFunction(_ logits: Tensor, labels: [Int]) throws -> LossValue {
    guard logits.rank == 2, logits.shape[0] == labels.count else {
      throw MoEError.shape("logits", found: logits.shape, expected: "[\(labels.count), classes]")
    }
    let classes = logits.shape[1]
    for (row, label) in labels.enumerated() where label < 0 || label >= classes {
      throw MoEError.configuration(
        "label of row \(row)", value: "\(label)", expected: "0 to \(classes - 1)")
    }
    guard !labels.isEmpty else { return LossValue(value: 0, gradient: logits) }
    let normalizers = logits.logSumExp()
    var losses = normalizers
    var gradient = logits.softmax()
    do {
      var losses = losses.mutableScalars
      var scalars = gradient.mutableScalars
      for (row, label) in labels.enumerated() {
        losses[row] -= logits.scalars[row * classes + label]
        scalars[row * classes + label] -= 1
      }
    }
    gradient *= 1 / Float(labels.count)
    return LossValue(value: losses.mean(), gradient: gradient)
  }
}
