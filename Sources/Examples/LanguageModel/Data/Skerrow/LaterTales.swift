/// Short tales of Skerrow, a village by the sea: the second half.
extension EmbeddedText {
  /// The later tales.
  static let laterTales = #"""
    The day when Miss Orla forgot

    Miss Orla knew everything. She knew the names of the rivers and the names of the
    kings. She knew how many legs a crab has, and she knew how to spell "necessary". The
    children believed that there was nothing at all that she did not know.

    On a Monday in October she stood in front of the class with the chalk in her hand, and
    she said, "Seven times eight is..." Then she said nothing more.

    The class waited. The stove crackled. "Seven times eight," said Miss Orla once again,
    and a crease came between her eyes, "is..."

    It was gone. It had fallen out of her head like a button from a coat.

    Nell knew the answer. Sam knew it too, for he sat next to Nell. But neither said a
    word, since it did not seem polite.

    "Well," said Miss Orla, and she put down the chalk, "I have forgotten. Today we will
    find out. Everybody put on your boots."

    They walked down to the beach in a long row. There Miss Orla drew lines in the sand,
    and she told the children to lay down seven shells in a row, and to make eight rows.
    They ran about for half an hour. There were white shells and blue shells and some that
    still had somebody in them. Then all of them counted together, loudly, against the
    noise of the sea.

    "Fifty-four, fifty-five, fifty-six!"

    "Fifty-six," said Miss Orla. "Thank you. I am so glad to have it back."

    On the way home, Sam walked beside her. "Did you really forget?" he asked.

    The teacher smiled and took his hand. "That is a thing," she said, "which I do not
    know."

    No child in Skerrow has forgotten seven times eight from that day on. Some of them can
    still hear the sea in it.

    The winter pear

    Behind the house of René there is a pear tree. It is old and bent, and it bears
    hard, green pears that nobody can bite. Every autumn the boys from the next valley
    come and steal them, and every autumn they throw them away again at the first corner.

    "Cut it down," said Tobias. "It would give you a cartload of wood."

    "Not yet," said René.

    He picked up the pears one by one. He wrapped each in a sheet of old newspaper, laid
    them in a drawer with straw, and shut it. Then he went away and dug his garden.

    November came, with rain. December came, with frost. By the new year there was not an
    apple left in the village, and the plums were only a memory on the tongue. The twins
    had coughs. Old Wynn had a cough too, and she sat close to the fire and did not tell
    stories, so that everybody knew that it was serious.

    On the coldest evening René came to the door with a basket. Inside it there were
    twelve small parcels made of newspaper. He unwrapped one, and it was a pear, but it
    was not green any longer. It was as yellow as butter, and the smell of it filled up
    the whole room like somebody coming in.

    Old Wynn took a bite. The juice ran down her chin. She ate it slowly, down to the
    stalk, and she looked at the stalk for a while.

    "Once," she said, "there lived a king who could not wait."

    The twins looked at each other. Grandmother was telling a story. She would soon be
    well again.

    "What happened to him?" asked Sam.

    "He bit too early," said Old Wynn, "and broke a tooth. But give me another pear, and I
    will tell it properly, from the beginning."

    The clock that ran backward

    In the corner of the workshop stood a clock that nobody had ever bought. It was a fine
    clock, made of oak, and it kept good time, except that it kept it in the wrong
    direction. When other clocks went from one to two, this one went from two to one.

    "I must have put in a wheel the wrong way around," said Mr. Brandt, "but it is so
    happy that I do not have the heart to change it."

    One day Tamsin came in. She had on her oilskin coat, and her face was sad. "I have
    had a quarrel with my brother in Pennywick," she said. "It was on Sunday. I told him
    that his boat was ugly. I wish that it were not Sunday yet."

    Mr. Brandt wiped his hands. He carried the oak clock out from its corner, and he set
    it upon the bench. "Sit down and look at it," he said.

    Tamsin sat down. The hands went from five to four and from four to three. She watched
    them go back past the storm on Tuesday and past the empty nets on Monday. They went
    back to Sunday, and there was the harbour, and there was the ugly boat, painted green
    and orange, and there was her brother, who had painted it himself and was so proud of
    it.

    "What do you see?" asked the clockmaker.

    "I see that he was waiting for me to say something kind," said Tamsin.

    "The clock cannot change it," said Mr. Brandt. "It only shows you where you turned the
    wrong way. The going back you have to do yourself."

    Tamsin thanked him. She sailed to Pennywick that same night with a fair wind, and in
    the morning she knocked on her brother's door with a pot of paint in her hand. It was
    orange.

    The clock is still in the corner. It is not for sale any more. People come in, sit
    down for a quarter of an hour, and go out in a hurry.

    The three wishes of Dumpling

    Dumpling the horse pulls the cart of the miller up the hill and down the hill. One
    evening in May he found a bottle in the grass beside the road. He trod on it, quite by
    accident, and the cork flew out, and a thin blue smoke rose into the air.

    "You have freed me," said the smoke. "I give you three wishes. Most people take gold."

    The horse considered this. He had once had a gold coin in his mouth, and it had tasted
    of nothing. He looked at the hill, and he looked at the cart, which had eight sacks
    upon it.

    "First," thought Dumpling, "I wish that the hill went down on both sides."

    It was done at once. The hill went down to the village, and it also went down to the
    mill. Dumpling trotted happily home. But when Tobias came out in the morning and
    wanted to roll a barrel down to the harbour, it rolled to the harbour, and then it
    rolled back, and then it rolled to the harbour again, and by noon the whole village
    was running after it.

    "Second," thought Dumpling, "I wish that the hill were as before."

    It was done. The barrel came to rest. Tobias sat down upon it and dried his forehead.

    Now the horse had one wish left, and he took his time. He thought of hay, but he had
    hay. He thought of a younger leg, but the old one knew the road. The sun went down.
    The smoke had grown very thin, and it yawned.

    "Well?" it said. "I have been in a bottle for six hundred years, and I should like to
    stretch."

    "Third," thought Dumpling, "I wish that you may go wherever you want."

    The smoke was quiet for some time. "No one," it said, "has ever given me that."

    Then it rose up over the mill, over the lighthouse, and over the sea, and that evening
    the sunset was a blue one, and nobody in Skerrow could explain it. Dumpling could
    have, but he was asleep.

    The bridge of boats

    In the spring of one year there was a flood. It rained for five days and for five
    nights, and the river grew wide and brown. It ran past the inn, and it ran into the
    inn, and the herrings upon the sign looked as if they were about to swim away.

    Worst of all, the school lies on the other side. Miss Orla was there with eight
    children, and the water was climbing up the steps.

    "I shall row across," said Corin, but the river took his boat and spun it like a leaf,
    and he was lucky to get back to the bank.

    "I shall throw a rope," said Tobias, but the rope was too short by half.

    Then Old Wynn came down the street with a net over her shoulder. "One boat is a leaf,"
    she said. "But I have never seen a river spin twenty."

    They brought all the boats that they had. They brought the Kittiwake and the Patience,
    the punt of the gardener, the bathtub of Mrs. Lüders, and the big dough trough from
    the bakery. They set them side by side, and Old Wynn tied them to each other with
    her net, with a knot here and a knot there. When the first was fast to the bank, they
    pushed the last one out, and the river itself swung it slowly across, like a gate.

    Miss Orla caught the end. The children climbed over, one after another, from boat to
    boat. Nell came first, and Sam came second, and Matilda the goose swam next to them
    and honked once for each. She honked eight times for the children and one more time
    for the teacher.

    "How many is that?" called Miss Orla from the last boat.

    "Nine!" cried the children from the bank.

    "Correct," said Miss Orla, and she stepped ashore with dry feet.

    When the flood was over, they put everything back where it belonged. Only the dough
    trough was never quite the same. To this day the bread of Skerrow tastes a little of
    the river, and nobody would have it otherwise.

    The star in the bucket

    Sam could not sleep. He put on his coat, went out into the yard, and looked into the
    bucket by the well. There was a star in it.

    He ran to wake up his sister. "Nell, a star has fallen into the bucket!"

    Nell came out in her socks. They looked in together. It was a clear white star, and it
    trembled a little, as though it were cold.

    "We must give it back," said Nell.

    They each took one side of the handle. They carried the bucket along the street, and
    the star came with them. They passed the bakery, where Agnes was already awake.

    "What have you there?" she asked.

    "A star," said Sam. "It has to go back up."

    "Then you will want a high place," said the baker, and she gave each of them a warm
    bun, because it was a long way.

    They passed the bramble hedge. The fox put out his nose, saw what they were carrying,
    and walked in front of them, so that they would not stumble. They came to the
    lighthouse, and they climbed all of the steps, and they did not spill more than a
    spoonful.

    Mr. Pell opened the window for them. They lifted the bucket upon the sill, and they
    waited. The sky turned grey, and next it turned green. The star in the bucket became
    paler and paler, and then there was only water, with a little piece of the morning in
    it.

    "It has gone up," whispered Nell.

    "So it has," said Mr. Pell. "I did not even see it leave."

    The next night Sam went out to the yard again, just to be sure. There was the star,
    high above the chimney, exactly where it ought to be. He waved. Then he looked into
    the bucket, and there it was as well.

    He thought about that for a long time. "It must have liked us," he said at last, and
    he went back to bed, and slept.

    The cat who counted ships

    Pickle the cat sat at the window of the lighthouse from morning until evening. Mr.
    Pell believed that she was looking at gulls. In fact she was counting ships.

    She had a system. For every ship with white sails she put out one claw. For every ship
    with brown sails she put out two. When all of her claws were out she scratched once on
    the leg of the table, pulled the claws in, and started anew.

    One foggy day in February the harbour master came from the city. He wore a hat with a
    gold band. "The old book of the port has been eaten by mice," he said. "I have to know
    how many ships came by in the last year. If I do not know it, they will close your
    lighthouse."

    Mr. Pell turned pale. He had written down the weather and the oil, and he had written
    down the price of tea. But he had never counted the ships.

    The cat got up. She walked to the table, and she rubbed her head against its leg. She
    did so again and again, until Mr. Pell bent down with his lamp.

    "Scratches," he said. "A great many scratches, and all in neat rows."

    He counted them, and the harbour master counted them, and they both came to the same
    number. It was larger than anyone had thought. The harbour master wrote it down, took
    off his hat, and bowed to the cat.

    "And who shall I say has kept the record?" he asked.

    Mr. Pell looked at Pickle, and Pickle looked out of the window. The fog was lifting,
    and there was a sail. She put out one claw.

    "Say that it was the assistant," said Mr. Pell.

    Since then there is a line in the books of the city that nobody there understands. It
    reads: Skerrow Light, one keeper, one assistant; wages of the assistant, two herrings
    a day.
    """#
}
