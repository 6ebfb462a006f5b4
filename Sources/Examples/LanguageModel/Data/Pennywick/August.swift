/// The chronicle of August: the lighthouse without a light, the fox and the harvest mouse, and the map.
extension EmbeddedText {
  /// What happened in August.
  static let august = #"""
    AUGUST

    The lighthouse log, kept by Tobias Reed.
    2 August, 05:30. Wind west, force 4. The well has water again. Took a bath.
    6 August, 21:15. Lamp lit. Lamp smokes. Lamp out. Lamp lit.
    7 August, 20:50. The burner is cracked. Sent word to Bram Holt.
    8 August, 21:00. No lamp. See below, if I ever have time to write it.
    9 August, 21:05. New burner, 1.4 kg, made in one day and one night. It burns
    like a star.
    13 August, 02:00. Shooting stars: 61 in one hour. I ran out of wishes and
    thanked them instead.
    18 August, 16:00. A seal came up the landing stairs as far as step 4, and
    changed its mind.
    24 August, 11:30. The swallows sit on the rail and talk about Africa.
    31 August, 20:10. Oil left: 74 litres. Days: shorter. Marta Crumb: 3 visits, 2
    cakes, 1 walk on the dam.

    The weather in August was mixed. There were 13 sunny days, 9 grey ones, and 9
    that could not decide. The mean temperature was 18 °C. It rained 58
    millimetres, and the river came up to its old mark by the 10th. The wind blew
    from the west at force 3 to 5. The corn was cut between the 4th and the 16th.
    There is a ring around the moon, and Old Nell says what she says every year,
    namely that it means something.

    The night without a light

    On the 8th of August the lamp of Pennywick did not burn, for the first time in
    84 years. The burner had a crack as long as a finger, and Bram Holt said that
    a new one would take a day and a night.

    "And tonight?" asked Tobias Reed. "There are 11 boats out. The wind is rising,
    and there is no moon."

    Nobody knew an answer. Then Hazel said, "How many lanterns are there in the
    village?"

    Marta Crumb knew it, of course. "There are 93," she said, "and 41 chimneys,
    and each of them has a window."

    At eight o'clock in the evening they began to climb the hill behind the mill.
    Every one of them carried a light. There were stable lanterns and ship
    lanterns, candles in jam jars, and the big copper lamp of the café. Old Nell
    was carried in her chair. They stood close together on the top, where they
    would be seen from the sea, and held up their lights.

    "That is not right," said Old Jory, who had once been a sailor. "A light that
    stands still might be anything: a house, a star, a fire. They know ours
    because it turns. Every 12 seconds, dark and bright."

    "Then we must turn," said Marta Crumb. "I shall count."

    So she counted, in a loud voice. At "one" they all held up their lanterns, and
    at "three" they hid them under their coats; and they stood in the dark until
    "twelve", and then held them up once more. They did so for one hour, and for
    two. Their arms grew heavy. The children fell asleep, and others took their
    lights. Marta Crumb counted to 12, again and again, and never made a mistake,
    not even at three in the morning, when her voice was nothing but a whisper,
    and the whole hill was whispering with her.

    At half past three the first boat came in, and then there was another. By five
    o'clock there were ten. The last one came with the sunrise, and her skipper
    stood at the bow and scratched his head. "Your lamp was a little yellow
    tonight," he said, "but it kept excellent time."

    In the tower the grey cat had sat all night by the dark lens. Tobias Reed
    wrote "no lamp" in his log, for that was the truth. Then he looked up at the
    hill, where 93 lanterns were going out one after another, and he wrote no
    more.

    Plum cake, as Marta Crumb makes it for the tower
    You need:
    300 g of flour
    150 g of sugar
    150 g of butter
    3 eggs
    100 g of milk
    1 kg of plums
    2 spoons of baking powder
    Cinnamon
    Beat the butter with the sugar until it is white. Add the eggs, 1 at a time.
    Stir in the flour, the baking powder and the milk by turns. Spread the dough
    on a tin. Cut the plums in half, take out the stones, and set them in rows,
    cut side up, as close as tiles. Bake for 35 minutes, and strew sugar and
    cinnamon over it while it is hot. It makes 20 pieces. In a basket, under a
    cloth, it can be carried up 144 steps without any harm.

    Prices at the mill, 17 August
    Wheat flour, 25 kg: €21.00
    Rye flour, 25 kg: €18.50
    Oats, 10 kg: €8.20
    Bran, 10 kg: €4.00
    Grinding your own corn: 1 sack in 16
    An empty sack: €0.80
    Dust: as much as you like

    From the counting book of Marta Crumb
    Lanterns on the hill: 93. Boats out: 11. Boats in: 11.
    Counted to twelve in that night: 2,850 times. Mistakes: none, they say. I was
    asleep for the last hundred.
    Sheaves: 500. Plums: 1,130, of which 20 pieces of cake went up the stairs.
    Medals: 1. It is in the drawer with the spoons.
    Words spoken on the dam, in one hour: 11, and none of them about yeast.

    A postcard from Hazel and Finn to Captain Sørensen

    The island, 20 August

    Dear Captain,
    We are on the island with Old Jory, for 2 days. We have a tent, 12 eggs, and a
    map. There is a treasure on it, but we are not allowed to say where. The tide
    comes in at 15:40. There are 2 caves and a dead crab. Finn has been bitten by
    it all the same.
    With greetings,
    Hazel (1st officer)
    Finn (captain)

    The fox and the harvest mouse

    When the corn was cut, the harvest mouse came to the fox. She was as small as
    a thimble, and she trembled, but she came.

    "They are mowing," she said. "By tonight they will have reached my nest, and I
    have 6 children in it who cannot walk yet."

    "Why do you come to me?" asked Russet. "I eat mice. It is no secret."

    "I know it," said the mouse. "That is why I come. From the scythe nobody
    returns. With you one can talk."

    The fox was astonished. He had been called many things, but nobody had ever
    said that one could talk with him. "Hm," he said. "What do you want me to do?"

    "Carry them over to the hedge, in your mouth. It is the only thing in this
    field that is big enough and soft enough."

    So the fox went down into the corn. He took up the nest, which was round, and
    woven of grass, and no bigger than an apple. He felt 6 small hearts against
    his tongue, and his mouth watered terribly. He thought of stones. He thought
    of the sea. He thought of what the scarecrow would say. He walked very slowly,
    with his jaws open, the whole length of the field; and at the hedge he set it
    down.

    "One, two, three, four, five, six," counted the mouse. "Thank you. I never
    shall forget it."

    "Neither shall I," said the fox, and swallowed twice. "Now go in, quickly, and
    do not thank me again. I am still only a fox."

    It is no art to be good when one is not hungry.

    In the field, Monday noon

    "How many sheaves have we got, father?"
    "From the long field 310, from the round field 185."
    "That makes 495."
    "Add the strip at the wood: 5."
    "Then it is 500 exactly!"
    "So it is. That calls for a rest."
    "Would you have rested at 499 as well?"
    "Yes, Finn. But not so gladly."

    How to tie a sheaf
    Take as much corn as you can hold in both arms. Knock the ends on the ground
    till they are even. Draw out 10 or 12 stalks, twist them together below the
    ears, and you have a band. Lay the sheaf on it, kneel, pull the ends tight,
    twist them twice, and tuck them under. It must hold when you throw it. Set up
    8 sheaves against each other, like a tent, with the ears on top, and let them
    stand for 2 Sundays.

    A question from the smallest
    "Mr. Reed, are you sad when a star falls down?"
    "No," said Tobias Reed, who was filling the lamp. "There are enough of them."
    "And if one day they've all fallen down?"
    "Then it will be up to us. You hold the can, and I'll hold the funnel."
    She held the can, with both hands, and did not spill one drop. "I can come
    every day," she said.
    "It's 144 steps."
    "I know. I have short legs. For me it's 288."

    Riddles of Old Nell
    What has ears but cannot hear? The corn.
    We are many brothers, and when one falls you may wish for something. Who are
    we? The stars.
    What goes in at the mill as gold, and comes out as snow? Wheat.
    What do you throw away when you need it, and take in when you do not? An
    anchor.
    What has a head and a tail but no body? A coin.

    The map of Old Jory

    Old Jory had a map, and it was so old that it was brown, and so often folded
    that it was in 4 pieces. On it was drawn the island, with 2 caves, a spring,
    and a cross.

    "Where did you get it?" asked Finn.

    "My grandfather drew it, when he was ten," said Jory. "He never told us what
    lies under the cross. He said that one had to go and see."

    "And have you been to see?"

    "I have looked forward to it for 60 years," said Old Jory. "It seemed a pity
    to stop. But one ought to have two strong people to dig."

    On the island they walked 30 paces from the spring towards the notch in the
    rock, and then 12 paces to the left. There stood a juniper bush. They dug. At
    the depth of a knee there was sand; at the depth of a hip there was clay. Then
    the spade of Hazel said "clink".

    It was a jar with a cork. In it there were 7 marbles, a fishhook, a whistle
    made of bone, and a leaf of paper. They unfolded it with great care. It said,
    in big crooked letters:

    TO WHOEVER DIGS. I HAVE BURIED MY BEST THINGS. YOU MAY KEEP ONE. PUT IN ONE OF
    YOURS.

    Finn took a blue marble and put in his knife. Hazel took the whistle and put
    in her certificate from the council, folded into 8. Old Jory looked for a long
    time. He took nothing. He pulled the map out of his coat, all 4 pieces, and
    put it in with the rest.

    "Now no one will ever find it," cried Finn.

    "Somebody will," said Old Jory. "They only have to go and see." And they
    closed the jar, and filled in the hole, and trod it down, before the tide came
    at 15:40.

    Things that Mr. Quill wrote into his notebook in August, as there was no
    school
    From 1 grain of wheat there grow 3 ears, and in each ear there are 40 grains.
    93 lanterns are as bright as 93 lanterns; but 1 lamp with a good lens is
    brighter.
    A spring tide comes at full moon and at new moon.
    The miller takes 1 sack in 16 and gives back 15 in the form of flour. So he
    says.
    I have missed the noise.

    A rhyme for the harvest
    Cut it and tie it and stand it to dry,
    Eight in a tent with their heads to the sky;
    Cart it and thresh it and carry it in,
    Some for the sack and the rest for the bin;
    Grind it and sift it and knead it with care,
    Bake it and break it and here is your share.
    That is the way from the field to the plate:
    Nobody hurries, and no one is late.

    The council met on 30 August at 19:00. Present: all 5, and the keeper of the
    lighthouse, who stood at the door. He thanked the village for its arms. It was
    decided to give oil for a reserve, 50 litres at €1.90 a litre, and a second
    burner; Bram Holt asks €36.00 for the iron and nothing for the night. Mr.
    Quill proposed a medal for Marta Crumb, who is still hoarse, and she shook her
    head. It was granted all the same. Closed at 20:45.
    """#
}
