/// The mean over rows of −ln softmax(l)ₖ, with l the logits of a row and k its label.
///
/// **Shapes**: logits [rows, classes], labels one index below classes a row.
///
/// The gradient is (softmax(l) − onehot(k)) / rows. Of no rows, the value and the gradient are
/// zero.
///
/// With label smoothing ε and class weights w, C classes and p = softmax(l), a row's loss is
/// −(1 − ε)·wₖ·ln pₖ − ε/C·Σ_c w_c·ln p_c, and the mean is the sum over rows by Σ wₖ: the
/// conventions of PyTorch. Rows with the ignored label count in neither sum, and have a gradient of
/// zero, whatever their logits are; where no row counts, the value is zero.
public struct CrossEntropy: Sendable, Hashable, Codable {
  /// The share ε of each label that is spread over all classes.
  public let labelSmoothing: Float
  /// What rows of each class count; all alike where nothing is given.
  public let classWeights: [Float]?
  /// The label of rows that do not count.
  public let ignoredLabel: Int?

  /// The loss.
  ///
  /// - Parameters:
  ///   - labelSmoothing: The share of each label that is spread over all classes; from 0 to 1,
  ///     others trap.
  ///   - classWeights: What rows of each class count; one that is not finite or below zero traps.
  ///   - ignoredLabel: The label of rows that do not count.
  public init(
    labelSmoothing: Float = 0, classWeights: [Float]? = nil, ignoredLabel: Int? = nil
  ) {
    require(
      (0...1).contains(labelSmoothing),
      "CrossEntropy: labelSmoothing \(labelSmoothing), expected 0...1")
    require(
      classWeights?.allSatisfy { $0 >= 0 && $0.isFinite } ?? true,
      "CrossEntropy: classWeights \(classWeights ?? []), expected finite numbers of at least 0")
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
    self.ignoredLabel = ignoredLabel
  }

  /// A loss from a file.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for numbers that cannot work.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let labelSmoothing = try values.decode(Float.self, forKey: .labelSmoothing)
    let classWeights = try values.decodeIfPresent([Float].self, forKey: .classWeights)
    guard (0...1).contains(labelSmoothing) else {
      throw MoEError.configuration(
        "label smoothing", value: "\(labelSmoothing)", expected: "0 to 1")
    }
    for (index, weight) in (classWeights ?? []).enumerated()
    where !(weight >= 0 && weight.isFinite) {
      throw MoEError.configuration(
        "weight of class \(index)", value: "\(weight)", expected: "a finite number, at least 0")
    }
    self.init(
      labelSmoothing: labelSmoothing, classWeights: classWeights,
      ignoredLabel: try values.decodeIfPresent(Int.self, forKey: .ignoredLabel))
  }

  /// The value and the gradient.
  ///
  /// - Parameters:
  ///   - logits: A matrix of one column a class.
  ///   - labels: The class of each row, or the ignored label.
  /// - Returns: The mean, and its gradient with respect to the logits.
  /// - Throws: ``MoEError/shape(_:found:expected:)`` where the number of labels differs from that
  ///   of rows, ``MoEError/configuration(_:value:expected:)`` for a label that is no class, and
  ///   where the number of class weights is not that of classes.
  public func callAsFunction(_ logits: Tensor, labels: [Int]) throws -> LossValue {
    guard logits.rank == 2, logits.sizes[0] == labels.count else {
      throw MoEError.shape("logits", found: logits.shape, expected: "[\(labels.count), classes]")
    }
    let classes = logits.sizes[1]
    for (row, label) in labels.enumerated()
    where label != ignoredLabel && !(0..<classes).contains(label) {
      throw MoEError.configuration(
        "label of row \(row)", value: "\(label)", expected: "0 to \(classes - 1)")
    }
    if let classWeights, classWeights.count != classes {
      throw MoEError.configuration(
        "number of class weights", value: "\(classWeights.count)",
        expected: "\(classes), as the classes")
    }
    guard let ignoredLabel, labels.contains(ignoredLabel) else { return value(logits, labels) }
    // Rows that do not count are taken out, so that their logits may be anything.
    let counted = labels.indices.filter { labels[$0] != ignoredLabel }
    var loss = value(logits.gatheringEntries(counted), counted.map { labels[$0] })
    loss.gradient = loss.gradient.placingEntries(at: counted, count: labels.count)
    return loss
  }

  /// How many rows count in the mean, which is what a micro-batch of them weighs; with class
  /// weights the sum of those.
  ///
  /// - Parameter labels: The class of each row, or the ignored label. Another that is no class
  ///   counts as any other where there are no class weights, and nothing where there are: only
  ///   ``callAsFunction(_:labels:)`` knows the classes, and throws for it.
  /// - Returns: The divisor of the mean.
  public func weight(of labels: [Int]) -> Double {
    labels.reduce(0) { sum, label in
      guard label != ignoredLabel else { return sum }
      guard let classWeights else { return sum + 1 }
      return sum + (classWeights.indices.contains(label) ? Double(classWeights[label]) : 0)
    }
  }

  /// The loss of rows that all count.
  private func value(_ logits: Tensor, _ labels: [Int]) -> LossValue {
    guard !labels.isEmpty else {
      return LossValue(value: 0, gradient: Tensor(zeros: logits.shape))
    }
    guard labelSmoothing == 0, classWeights == nil else { return general(logits, labels) }
    let classes = logits.sizes[1]
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

  /// The loss of rows that all count, with smoothing or weights.
  ///
  /// With t_c = (1 − ε)·wₖ·onehot(k)_c + ε/C·w_c a row's loss is −Σ_c t_c·ln p_c and its gradient
  /// p_c·Σ t − t_c, over the sum W of the weights.
  private func general(_ logits: Tensor, _ labels: [Int]) -> LossValue {
    let classes = logits.sizes[1]
    let weights = classWeights ?? [Float](repeating: 1, count: classes)
    let total = weight(of: labels)
    guard total > 0 else { return LossValue(value: 0, gradient: Tensor(zeros: logits.shape)) }
    let spread = Double(labelSmoothing) / Double(classes)
    let spreadTotal = spread * weights.reduce(0.0) { $0 + Double($1) }
    let ofLabels = labels.map { (1 - Double(labelSmoothing)) * Double(weights[$0]) }
    let logarithms = logits.logSoftmax()
    var gradient = logits.softmax()
    gradient.scaleRows(by: Tensor(ofLabels.map { Float(($0 + spreadTotal) / total) }))
    if spread > 0 {
      gradient.addToEachRow(Tensor(weights.map { Float(-spread * Double($0) / total) }))
    }
    var sum = 0.0
    do {
      var scalars = gradient.mutableScalars
      let logarithms = logarithms.scalars
      for (row, label) in labels.enumerated() {
        let place = row * classes + label
        scalars[place] -= Float(ofLabels[row] / total)
        // Zero times an infinite logarithm is nothing here.
        if ofLabels[row] > 0 { sum -= ofLabels[row] * Double(logarithms[place]) }
      }
    }
    if spread > 0 {
      if weights.allSatisfy({ $0 > 0 }) {
        let columns = logarithms.matmul(Tensor(weights, shape: [classes, 1]))
        sum -= spread * Double(columns.sum())
      } else {
        // A class that does not count may be masked: zero times an infinite logarithm is no number.
        let counted = weights.indices.filter { weights[$0] > 0 }
        let logarithms = logarithms.scalars
        for row in labels.indices {
          for label in counted {
            sum -= spread * Double(weights[label]) * Double(logarithms[row * classes + label])
          }
        }
      }
    }
    return LossValue(value: Float(sum / total), gradient: gradient)
  }
}
