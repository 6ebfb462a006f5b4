/// The chronicle of July: the lemon ship, the fox and the moon, and the well.
extension EmbeddedText {
  /// What happened in July.
  static let july = #"""
    JULY

    The lighthouse log, kept by Tobias Reed.
    1 July, 04:45. Wind west, force 2. Lamp burned 7 hours. Larks before the sun.
    5 July, 13:15. 28 °C on the gallery. Captain lies in the shadow of the tower
    and moves with it.
    8 July, 20:00. Fog bank to the south, 3 miles off. It looked at us and went
    away.
    12 July, 18:50. The Blue Heron! One day late, and very low in the water. I can
    smell lemons.
    13 July, 10:20. Helped to unload. 20 crates. A lemon rolled into the sea and
    swam home to Porto.
    17 July, 03:30. Shooting stars, 9 of them. Made 1 wish. It has to do with
    cake.
    21 July, 15:40. The young swallows are as big as the old ones. I still know
    Fourth by his manners.
    25 July, 12:10. Well is dry. Carried water from the village, 2 buckets, 3
    times.
    31 July, 22:30. Rain at last! Stood on the gallery in it, in my shirt.

    The weather in July was hot and dry. From the 3rd to the 30th not one drop of
    rain fell in Pennywick. The mean temperature was 21 °C, and the hottest day
    was the 24th, with 33. The Tam sank until one could see the old cart wheel
    near the bridge, which had been lost by the grandfather of Bram Holt. The wind
    came mostly from the land. On the last day of the month, at half past five in
    the afternoon, there was rain, and nobody went inside.

    The well that was too deep

    In July the wells of Pennywick ran dry, one after another. First it was the
    one by the church, then the one at the school. At last there was but one that
    held water, and that was the old well in the wood. It was so deep that a stone
    which was dropped into it fell for 3 seconds before it said "plop".

    "How deep is that?" asked Hazel.

    "Sound needs some time as well," said Mr. Quill, "but it must be 40 metres or
    thereabouts."

    The longest rope in the village was 30 metres. They tied on the rope of the
    school bell, which was 8. They tied on the washing line of Marta Crumb. Then
    the bucket touched the water. But it was so heavy, with all that rope, that 6
    people had to pull, and when it came up there was a hole in it, and only a cup
    was left.

    They passed the cup round. Every one of them took a sip.

    In the night Hazel lay awake and thought. A hole is a hole, she thought; but
    40 metres is a long way for water to run out, and therefore the bucket has to
    go faster. In the morning she went to the smithy, and then to the mill, and
    then she went to the tower. What she brought back was this: from the smithy a
    new bottom for the bucket, from the mill a wheel with a groove, and from the
    tower the great crank of the foghorn.

    They set the wheel over the well, with the rope in the groove. Pepper walked
    away from the well with the end of the rope, 40 metres to the old oak, and at
    every tenth step he was given a carrot. The bucket flew up like a bird. It was
    full to the brim, and it was so cold that it hurt the teeth.

    "Who invented this?" asked Captain Sørensen, who had come to look.

    "Hazel did," said Mr. Quill.

    "And what did the six strong people do, who had been pulling?"

    "They carried the carrots," said Hazel.

    Lemonade, as Zoé makes it
    You need:
    8 lemons
    200 g of sugar
    2 litres of cold water
    A handful of mint
    A pinch of salt
    Grate the skin of 2 lemons into the sugar, and rub it between your fingers
    till it is yellow and smells of summer. Press out all 8 lemons. Stir the juice
    into the sugar with ½ litre of warm water, until nothing crunches. Add the
    cold water, the mint and the salt. Let it stand for 1 hour in the cellar. It
    makes 10 glasses, and in this heat they last for 10 minutes.

    Prices at the harbour, 14 July
    Lemons, 1 kg: €3.90
    Lemons, a crate of 15 kg: €48.00
    Cork, a sheet: €2.20
    Red wine from Porto, a bottle: €7.80
    Coffee from Porto, 500 g: sold to Zoé
    Sardines, a tin: €1.40
    Ice, if there were any: €5.00

    From the counting book of Marta Crumb
    Lemons here: 2,399. Lemons elsewhere: 1.
    Buckets from the deep well in one hour: 24. Carrots needed: 96.
    Degrees in front of the oven at noon: 47. Degrees in the church: 16. I have
    moved the kneading there.
    Drops of rain from the 3rd to the 30th: 0. On the 31st: I stood in it and
    forgot.
    Times that he carried water and would not be helped: 3.

    A letter from Rose Penrose to her sister Ivy

    Ashford, 9 July

    Dear Ivy,

    You did not tell me that it would be so pretty. Since I came home from you the
    houses here look too tall. I sit in the office from 8 till 6, and write down
    what other people owe: today it was 3,417.60, and yesterday it was 2,980.15.
    Nobody hums.

    I have asked Mr. Thorne for my leave. He says 5 days in August, and not one
    hour more. I mean to spend them on your roof, with a hammer. Please ask the
    blacksmith for 2 kilos of nails, the flat ones. Ask him yourself — do not send
    a boy. You will be red in the face, but so will he.

    Your Rose

    The fox and the moon in the water

    One hot night Russet the fox came down to the mill pond to drink. In the
    middle of the pond lay the moon. It was round and yellow, and very like a
    cheese; but a fox of his years does not fall for that.

    "I know what you are," said the fox. "You are a picture. The real one is up
    there."

    "Are you sure?" asked a voice. It was the old frog, who was sitting on a leaf.

    "Of course. If I touch it, it will break. The one in the sky will not."

    "Have you touched the one in the sky?"

    The fox had to admit that he had not. "But it is too far away," he said.

    "So is the bottom of the pond," said the frog, "and yet you believe in it."

    The fox drank, and thought, and drank again. With every lap of his tongue the
    moon went to pieces, and then came together as before. "Listen, frog," he said
    at last. "I shall never know which of them is the real one. But this one comes
    when I am thirsty, and it lets me drink it, and there is no less of it when I
    go."

    "Then you know more than most people," said the frog, and jumped in, and the
    moon trembled for a long time.

    What you cannot keep you may still enjoy.

    At the café, Friday evening

    "Is this the coffee from Porto, Zoé?"
    "It is. What do you taste, Bram?"
    "Smoke. A little chocolate. And something else."
    "Wait for it."
    "An orchard?"
    "Olive wood. An old woman stirs it, and does not stop."
    "It costs as much as the other?"
    "€3.00 for the large one. The ship has to eat as well."
    "Then it is 20 cents dearer than on Monday."
    "It is 20 cents better, Bram."
    "I shall have to come on Mondays and on Fridays, to make sure."

    How to keep cool
    Open the windows at night and close them at 7 in the morning. Hang a wet sheet
    in the doorway. Walk on the side of the street where the cats lie. Drink
    before you are thirsty. Put your wrists in the pump for as long as it takes to
    say the alphabet. Do not argue after noon. If all this is of no help, go and
    stand in the church: it has walls of a metre, and nobody will ask you why.

    A question from the smallest
    "Mr. Quill, when the river is gone, is it still called the Tam?"
    "It is. The bed is there, and the bridge, and the name is there."
    "So a river is a name with a bridge over it?"
    "And a promise that it will be back," said Mr. Quill.
    She went down to the stones, where the water had been, and stood there for a
    while with her hands behind her. "It says that it's only gone to fetch
    something," she told him.

    Riddles of Old Nell
    What goes through the village without moving? The high street.
    It is round like a cheese and has no holes; it is light, but no man can lift
    it. What is it? The moon.
    What can run but never walks? Water.
    I have keys, but I open no door. What am I? A piano.
    What is it that you must break before you can use it? An egg.
    When is a well not well? When it is empty.

    The lemon that stayed behind

    Twenty crates of lemons came out of the Blue Heron, and in every crate there
    were 120. Marta Crumb counted them, for it had to be done, and there were
    2,399.

    "One is missing," she said.

    "It fell into the sea," said Tobias Reed. "I saw it."

    "Then it is not missing," said Marta Crumb. "It is only elsewhere," and she
    wrote into her book: 2,399 here, 1 elsewhere.

    The lemon drifted out with the tide. A gull picked it up and let it fall
    again, and made a face as far as a gull can. A seal played ball with it, along
    with her two children, for an entire afternoon. At night it lay in the light
    of the lamp, and shone, once every 12 seconds. On the third day the flood
    carried it up the Tam, under the stone bridge, and there it was caught in the
    spokes of the old cart wheel.

    Old Jory fished it out. He cut it in two on the edge of his boat and squeezed
    it over his fish. "Salt is in it already," he said; and he planted the pips in
    a tin, and put the tin on the south side of his hut.

    In this month of July nothing is to be seen of them yet. But Old Jory waters
    them each evening, and goes slowly, as with everything. I shall report.

    Things that Mr. Quill wrote on the board in July, before the holidays
    A lemon tree takes 6 years to bear fruit. Be patient.
    Light from the moon takes a little more than 1 second to reach us, light from
    the sun 8 minutes.
    A falling stone falls 5 metres in the first second, 15 in the next, and 25 in
    the one after.
    Frogs drink with their skin.
    School begins again on the 1st of September at 8 o'clock. Wash your necks.

    A rhyme for hot days
    Hot is the hammer and hot is the street,
    Hot are the cobbles to burn in your feet,
    Hot is the harbour and hot is the hill,
    Hot is the donkey who stands by the mill.
    Cool is the cellar and cool is the stone,
    Cool is the river when left all alone;
    Cool is the lemon and cooler the glass:
    Sit in the shadow and let the day pass.

    The council met on 28 July at 21:00, because it was too hot at 19:00. Present:
    Zoé Marchand, Marta Crumb, Oswin Barley, Mr. Quill. All sat with their feet in
    a tub. Thanks were given to Hazel Crumb for the wheel at the well, and she got
    a certificate. Water may be fetched between 6 and 8, 2 buckets for each house,
    3 for those with a cow. Mr. Quill moved that it should rain. Carried, 4 to 0.
    It took effect 3 days later. Closed at 22:10.
    """#
}
